"""Finds "who said" in one unit: every verb of saying with the phrase that is its subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.reading.speakers.phrases import ORGANISATION, PAPER, PERSON, PRONOUN, ROLE, SOMEONE, Source
from digests.reading.speakers.tokens import MARK, NUMBER, QUOTE, WORD, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.languages import Language
    from digests.reading.speakers.phrases import Phrases

SAY, PARTICIPLE, ACCORDING, COLON = "say", "participle", "according", "colon"
_PARTY = re.compile(r"[A-Z]-[A-Z][a-z]+")  # "R-Ky."
_REACH = 40  # tokens looked at on either side of a verb; keeps long sentences linear


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source and its cue: token indices of the cue, and of the first and past the last token of both."""

    source: Source
    cue: int
    first: int
    past: int
    kind: str = SAY
    inverted: bool = False  # the subject follows the verb: "said Ada Lind"
    weak: bool = False


class Attributions:
    """Finds attributions by the rules of one language."""

    def __init__(self, language: Language, phrases: Phrases) -> None:
        words = language.words
        self.phrases = phrases
        self.verbs = words("cues", "verbs")
        self.put = words("cues", "put")
        self.free_order = bool(language.rules.get("grammar", {}).get("free_order"))
        self.plurals = words("cues", "plurals")
        self.quoting = words("cues", "quoting")
        self.weak = words("cues", "weak")
        self.participles = words("cues", "participles")
        self.passive = words("cues", "passive")
        self.auxiliaries = words("cues", "auxiliaries")
        self.according = tuple(tuple(phrase.split()) for phrase in language.rules.get("cues", {}).get("according", ()))
        self.according_first = frozenset(phrase[0] for phrase in self.according)

    def find(self, tokens: Sequence[Token]) -> list[Attribution]:
        """Return the attributions of one unit in order of their cues."""
        found: list[Attribution] = []
        for index, token in enumerate(tokens):
            if token.kind != WORD:
                continue
            low = token.low
            attribution = None
            if (low in self.verbs and not token.capital) or (low in self.put and _followed(tokens, index, "it")):
                attribution = self._verb(tokens, index)
            elif low in self.participles:
                attribution = self._participle(tokens, index, found)
            elif low in self.according_first:
                attribution = self._according(tokens, index)
            if attribution is not None:
                found.append(attribution)
        return found

    # ------------------------------------------------------------------------------------------ finite verbs

    def _verb(self, tokens: Sequence[Token], cue: int) -> Attribution | None:
        before = tokens[cue - 1] if cue else None
        if before is not None and before.kind == WORD and self._nominal(before):
            return None
        if tokens[cue].low in self.plurals and not self._takes_speech(tokens, cue + 1):
            return None
        weak = tokens[cue].low in self.weak
        if tokens[cue].low in self.quoting:
            quoted = self._quoted(tokens, cue)
            if quoted is not None:
                return quoted
        behind = cue
        while behind and tokens[behind - 1].text in (",", "—", "–", "-"):
            behind -= 1
        after_quote = behind == 0 or tokens[behind - 1].kind == QUOTE
        if after_quote or before is None:
            inverted = self._inverted(tokens, cue, weak=weak)
            if inverted is not None:
                return inverted
        left = self._subject(tokens, cue)
        if left is not None:
            source, first = left
            return Attribution(source, cue, first, cue + 1, weak=weak)
        if self.free_order or (before is not None and before.text in (",", "—", "–")):
            return self._inverted(tokens, cue, weak=weak)
        return None

    def _takes_speech(self, tokens: Sequence[Token], index: int) -> bool:
        return index < len(tokens) and (tokens[index].kind in (QUOTE, MARK) or tokens[index].low == "that")

    def _nominal(self, before: Token) -> bool:
        return (
            before.low in self.phrases.articles
            or before.low in self.phrases.possessives
            or before.low in ("to", "of", "these", "those", "in", "for", "with", "by", "from", "at", "on")
            or (before.possessive and before.capital)
        )

    def _inverted(self, tokens: Sequence[Token], cue: int, *, weak: bool) -> Attribution | None:
        start = cue + 1
        while start < len(tokens) and (tokens[start].low in self.auxiliaries or tokens[start].low in self.phrases.days):
            start += 1
        end = self._right_limit(tokens, start)
        if end <= start:
            return None
        if tokens[start].low in self.phrases.prepositions or tokens[start].low == "that":
            return None
        source = self.phrases.right(tokens, start, end)
        if source is None or source.kind == PAPER:
            return None
        past = end
        # "said his teacher, Iryna Mazur": the name stands behind the comma.
        if source.kind in (ROLE, SOMEONE) and end < len(tokens) and tokens[end].text == ",":
            limit = self._right_limit(tokens, end + 1)
            name = self.phrases.right(tokens, end + 1, limit)
            if name is not None and name.kind == PERSON and _pure(tokens, end + 1, limit):
                source, past = name, limit
        return Attribution(source, cue, cue, past, inverted=True, weak=weak)

    def _quoted(self, tokens: Sequence[Token], cue: int) -> Attribution | None:
        """Find who is quoted in "the agency quoted Ada Lind as saying"."""
        end = self._right_limit(tokens, cue + 1)
        if end > cue + 1 and _followed(tokens, end - 1, "as"):
            source = self.phrases.right(tokens, cue + 1, end)
            if source is not None and source.kind != PAPER:
                return Attribution(source, cue, cue, end + 1)
        return None

    def _right_limit(self, tokens: Sequence[Token], start: int) -> int:
        end = start
        while end < len(tokens) and end - start < _REACH:
            token = tokens[end]
            if token.kind == QUOTE or token.kind == MARK or token.low in self.phrases.boundaries:
                break
            if end > start and (token.low in self.verbs or token.low in self.participles):
                break
            end += 1
        return end

    # ------------------------------------------------------------------------------- the subject on the left

    def _subject(self, tokens: Sequence[Token], cue: int) -> tuple[Source, int] | None:
        """Return the subject before the verb at `cue`, and the index of its first token."""
        end = cue
        while end > 0 and self._skippable(tokens, end - 1):
            end -= 1
        if any(tokens[i].low in self.passive for i in range(end, cue)) and tokens[cue].low != "quoted":
            return None
        if end == 0:
            return None
        before = tokens[end - 1]
        if before.text == ",":
            return self._apposition(tokens, end - 1)
        if before.text in ("—", "–", "-"):
            return self._parenthesis(tokens, end - 1)
        if before.low in self.phrases.relative:
            return self._before_relative(tokens, end - 1)
        if before.low in ("and", "but"):
            return self._clause_subject(tokens, end - 1)
        if before.kind != WORD:
            return None
        start = self._chunk_start(tokens, end)
        if start >= end:
            return None
        stop = tokens[start - 1] if start else None
        source = self.phrases.left(tokens, start, end)
        if source is None:
            return None
        # "the man who drove the car said": what stands behind "who" is no subject.
        if stop is not None and stop.low in ("who", "which", "whose") and source.kind != PRONOUN:
            return self._before_relative(tokens, start - 1)
        return source, start

    def _skippable(self, tokens: Sequence[Token], index: int) -> bool:
        token = tokens[index]
        if token.kind != WORD:
            return False
        return (
            token.low in self.auxiliaries
            or (token.low in self.passive and index > 0)
            or (token.low in self.phrases.days and token.low != "may")
            or (token.low.endswith("ly") and not token.capital)
            or (token.low == "on" and index + 1 < len(tokens) and tokens[index + 1].low in self.phrases.days)
        )

    def _chunk_start(self, tokens: Sequence[Token], end: int) -> int:
        start = end
        while start > 0 and end - start < _REACH:
            token = tokens[start - 1]
            if token.kind in (QUOTE, MARK):
                if token.text in "’'" and start - 1 > 0:
                    start -= 1
                    continue
                break
            if token.low in self.phrases.boundaries:
                break
            if (
                token.low in self.verbs
                and not token.capital
                and token.low not in ("states", "reports", "posts", "calls")
            ):
                break
            start -= 1
        return start

    def _apposition(self, tokens: Sequence[Token], comma: int) -> tuple[Source, int] | None:
        """Find the subject before a comma: "Ada Lind, the mayor, said" or "the mayor, Ada Lind, said"."""
        floor = max(0, comma - _REACH)
        chunks: list[tuple[int, int]] = []
        end = index = comma
        while index > floor and len(chunks) < 6:
            token = tokens[index - 1]
            if token.kind == QUOTE or token.text in (":", ";", "—", "–"):
                break
            if token.text == ",":
                chunks.append((index, end))
                end = index - 1
            index -= 1
        if end > index:
            chunks.append((index, end))
        for number, (start, stop) in enumerate(chunks):
            if start >= stop or (stop - start == 1 and _PARTY.fullmatch(tokens[start].text)):
                continue
            opener = tokens[start].low
            if opener not in self.phrases.relative and any(t.low in self.verbs for t in tokens[start:stop]):
                return None  # another clause: what stands before the comma is no subject
            described = (
                opener in self.phrases.relative
                or tokens[start].kind == NUMBER
                or opener in ("a", "an", "the", "one", "now", "then", "also", "and")
                or opener in self.phrases.prepositions
                or opener.endswith("ing")
                or (not tokens[start].capital and opener not in self.phrases.pronouns and number + 1 < len(chunks))
            )
            begin = self._chunk_start(tokens, stop)
            source = self.phrases.left(tokens, max(start, begin), stop)
            if source is None or (source.kind == ORGANISATION and source.head in self.phrases.countries):
                continue
            last = number == len(chunks) - 1
            if described and not last and source.kind != PRONOUN:
                further = self._named_further(tokens, chunks[number + 1 :])
                if further is not None:
                    return further, chunks[-1][0]
            if source.kind in (PERSON, ORGANISATION, ROLE, SOMEONE, PRONOUN) and (
                not described or opener in ("a", "an", "the", "one")
            ):
                return source, chunks[-1][0]
        return None

    def _named_further(self, tokens: Sequence[Token], chunks: list[tuple[int, int]]) -> Source | None:
        for start, stop in chunks:
            begin = max(start, self._chunk_start(tokens, stop))
            source = self.phrases.left(tokens, begin, stop) if begin < stop else None
            if source is not None and source.kind in (PERSON, ORGANISATION):
                return source
            if source is not None and source.kind == SOMEONE and tokens[start].low in ("a", "an", "one"):
                return source
        return None

    def _parenthesis(self, tokens: Sequence[Token], mark: int) -> tuple[Source, int] | None:
        """Find the subject before a stretch between dashes."""
        for index in range(mark - 1, max(0, mark - _REACH), -1):
            if tokens[index].text == tokens[mark].text:
                return self._subject(tokens, index)
        return None

    def _before_relative(self, tokens: Sequence[Token], relative: int) -> tuple[Source, int] | None:
        end = relative
        if end and tokens[end - 1].text == ",":
            end -= 1
        start = self._chunk_start(tokens, end)
        source = self.phrases.left(tokens, start, end) if start < end else None
        return None if source is None else (source, start)

    def _clause_subject(self, tokens: Sequence[Token], end: int) -> tuple[Source, int] | None:
        """Find the subject of "Ada Lind shook her head and said": that of the sentence."""
        start = end
        while (
            start > 0
            and end - start < _REACH
            and tokens[start - 1].kind != QUOTE
            and tokens[start - 1].text not in (":", ";")
        ):
            start -= 1
        source = self.phrases.first(tokens, start, end)
        return None if source is None else (source, start)

    # -------------------------------------------------------------------------------------------- the others

    def _participle(self, tokens: Sequence[Token], cue: int, found: list[Attribution]) -> Attribution | None:
        before = tokens[cue - 1] if cue else None
        if before is not None and before.kind == WORD and (self._nominal(before) or before.low == "without"):
            return None
        source: Source | None = None
        if before is not None and before.low in self.passive:
            subject = self._subject(tokens, cue)
            source = subject[0] if subject else None
        elif before is not None and before.low == "as" and found:  # "quoted Ada Lind as saying"
            source = found[-1].source
        elif before is not None and before.capital:  # "footage of Ada Lind saying"
            bases = self.phrases.bases(tokens, self._chunk_start(tokens, cue), cue)
            if bases and bases[-1][1] == cue:
                source = self.phrases.source(tokens, bases[-1][0], cue, cue)
        if source is None:
            subject = self._clause_subject(tokens, cue) or (None if cue else self._following_subject(tokens, cue))
            source = subject[0] if subject else None
        if (source is None or source.kind in (ROLE, SOMEONE, PAPER)) and found and found[-1].kind != ACCORDING:
            source = found[-1].source
        if source is None or source.kind == PAPER:
            return None
        return Attribution(source, cue, cue, cue + 1, kind=PARTICIPLE)

    def _following_subject(self, tokens: Sequence[Token], cue: int) -> tuple[Source, int] | None:
        """Find the subject of "Calling it a …, Ada Lind left" behind the comma."""
        for index in range(cue, min(len(tokens), cue + _REACH)):
            if tokens[index].text == ",":
                source = self.phrases.first(tokens, index + 1, self._right_limit(tokens, index + 1))
                return None if source is None else (source, index + 1)
        return None

    def _according(self, tokens: Sequence[Token], start: int) -> Attribution | None:
        for phrase in self.according:
            stop = start + len(phrase)
            if tuple(token.low for token in tokens[start:stop]) == phrase:
                end = self._right_limit(tokens, stop)
                source = self.phrases.right(tokens, stop, end) if end > stop else None
                if source is None or source.kind == PAPER:
                    return None
                if source.kind in (ROLE, SOMEONE) and end < len(tokens) and tokens[end].text == ",":
                    limit = self._right_limit(tokens, end + 1)
                    name = self.phrases.right(tokens, end + 1, limit)
                    if name is not None and name.kind == PERSON and _pure(tokens, end + 1, limit):
                        return Attribution(name, start, start, limit, kind=ACCORDING)
                return Attribution(source, start, start, end, kind=ACCORDING)
        return None


def _pure(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Tell whether ``tokens[start:end]`` are nothing but capitalised words."""
    return end > start and all(token.capital for token in tokens[start:end])


def _followed(tokens: Sequence[Token], index: int, word: str) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].low == word
