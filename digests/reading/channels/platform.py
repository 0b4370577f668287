"""Where an article names Telegram as a place where something was said, and not as something else."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.model import Span
    from digests.reading.channels.mentions import MentionRules
    from digests.reading.document import Document

MOST = 500  # occurrences looked at; an article has a handful, and a hostile text must not cost more
_WINDOW = 300  # code points on either side of the platform's name that tell what it is about


class Platform:
    """Answers that for one document; `masked` is its text without what is quoted."""

    def __init__(self, document: Document, rules: MentionRules, masked: str) -> None:
        self.document = document
        self.rules = rules
        self.masked = masked

    def names(self) -> Iterator[re.Match[str]]:
        """Yield where the platform is named, and where "the messaging app" means it, in order."""
        text = self.document.text
        named = list(islice(self.rules.platform.finditer(text), MOST))
        meant = islice(self.rules.meant.finditer(text, named[0].end()), MOST) if named else ()
        yield from sorted((*named, *(match for match in meant if self._is_meant(match, named))), key=re.Match.start)

    def _is_meant(self, match: re.Match[str], named: Sequence[re.Match[str]]) -> bool:
        """Tell whether the platform is what was named last, in a sentence before."""
        last = named[bisect_left(named, match.start(), key=re.Match.start) - 1].end()
        sentence = self.document.sentence_at(match.start())
        if (
            sentence is None
            or last > sentence.start
            or self.rules.elsewhere.search(self.document.text, last, match.end())
        ):
            return False
        since = self.document.text[last : match.start()]
        return not any(name in since for name in self.rules.hints if len(name) > 1)

    def is_named_last(self, span: Span) -> bool:
        """Tell whether Telegram was named before `span`, and no other platform since."""
        last = max(self.document.text.rfind(part, 0, span.start) for part in ("elegram", "елеграм"))
        return last >= 0 and not self.rules.elsewhere.search(self.document.text, last, span.end)

    def is_something_else(self, span: Span, sentence: Span) -> bool:
        """Tell whether what stands around `span` is a photo credit, self-promotion, the company, an unanswered call."""
        text = self.masked  # "“He does not come home,” the president posted" is an answered call
        start, end = max(sentence.start, span.start - _WINDOW), min(sentence.end, span.end + _WINDOW)
        start = max(start, text.rfind(";", start, span.start) + 1)
        if (clause := text.find(";", span.end, end)) > 0:
            end = clause
        around = text[start:end]
        at = span.start - start
        return any(
            match.start() <= at + _WINDOW // 2 and match.end() >= at - _WINDOW // 2
            for pattern in self.rules.nots
            for match in pattern.finditer(around)
        )
