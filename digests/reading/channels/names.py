"""The name of a channel beside "Telegram channel": before it, behind it, in marks, in a list, in an apposition."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from digests.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.data.registry import Registry
    from digests.reading.channels.mentions import MentionRules
    from digests.reading.channels.nounphrases import Word
    from digests.reading.channels.owners import Owners
    from digests.reading.document import Document

OPENING, CLOSING = "«“\"'‘„", "»”\"'’“"
AND = frozenset(("and", "і", "й", "та", "и"))
_REFLEXIVE = ("ться", "тся")  # endings of verbs: "у телеграм-каналі Лінд уточнюється"
RUN = 6  # words in a name, or before the platform's name
_PAIRS = {"”": "“", "’": "‘", '"': '"', "'": "'", "»": "«"}
_CLOSES = {"«": "»", "“": "”", '"': '"'}
_MARKED, _MARKED_LEAST = 50, 4  # code points of a name with its marks
_NUMBER = re.compile(r" (\d{3})(?![\d+])")  # "Telegram channel 112"
_LISTED = re.compile(
    r"[«“\"](?P<marked>[^«»“”\"\n]{2,40})[»”\"]"
    r"|(?P<initials>[А-ЯІЇЄҐЁ]{2,20}(?:-[А-ЯІЇЄҐЁ]{2,20})*\b)"
    r"|(?P<name>\d?[A-Z][\w-]{1,30}(?: [A-Z][\w-]{1,30}){0,3})"
)


class ChannelNames:
    """Finds names in one document."""

    def __init__(self, document: Document, registry: Registry, rules: MentionRules, owners: Owners) -> None:
        self.document = document
        self.registry = registry
        self.rules = rules
        self.owners = owners

    def listed_after(self, start: int, sentence: Span) -> Iterator[Span]:
        """Yield the names in a list that begins at `start`: "Night Heron and Grey Owl", "«Цапля» и «Сова»"."""
        text, end, first = self.document.text, min(sentence.end, start + 160), True
        start = self._listing(start, end) or start
        for match in islice(_LISTED.finditer(text, start, end), RUN):
            between = text[start : match.start()].strip(" ,\xa0")
            if between not in ("", "and", "и", "і", "та", "й") and not (first and between in self.rules.listing):
                return
            if first and (between in AND or (not between and "," in text[start : match.start()])):
                return  # "spread on Telegram channels, Ada Lind said", "Telegram Channels and Media say"
            if first and match["initials"]:
                return  # "в телеграм-каналах ДНР"
            first = False
            start = match.end()
            yield Span(*match.span(match.lastgroup or 0))

    def _listing(self, start: int, end: int) -> int:
        """Return where a list begins behind what channels are: ", including Night Heron" (0: there is none)."""
        words, low = self.owners.words(start, end), self.document.low
        for at, word in enumerate(words):
            if word.low in self.rules.verbs or word.low in self.rules.clause:
                break
            if "," not in self.document.text[words[at - 1].end if at else start : word.start]:
                continue
            told = next((told for told in self.rules.listing if low.startswith(told + " ", word.start)), None)
            if told is not None:
                last = word.start + len(told)
                described = takewhile(lambda word: not word.capital, self.owners.words(last, min(end, last + 40)))
                adjectives = [word for word in described if word.low.endswith(self.rules.adjectives)]
                return adjectives[0].end if len(adjectives) == 1 else word.start
        return 0

    def listed_before(self, end: int, sentence: Span) -> list[Span]:
        """Return the names of several channels before the noun: "the Night Heron and Grey Owl Telegram channels"."""
        left = self.owners.words(max(sentence.start, end - 120), end)
        names: list[list[Word]] = [[]]
        for word in reversed(left):
            if word.low in AND and names[-1]:
                names.append([])
            elif not word.capital or word.low in self.rules.articles or self.rules.countries(word.text):
                break
            else:
                names[-1].insert(0, word)
        if len(names) < 2 or not all(0 < len(name) <= RUN for name in names):
            return []
        return [Span(name[0].start, name[-1].end) for name in reversed(names)]

    def one_of(self, end: int, sentence: Span) -> Span | None:
        """Return who is one of several: "Night Heron, one of Norland’s largest Telegram channels"."""
        left = self.owners.words(max(sentence.start, end - 120), end)
        at = next((at for at in range(len(left) - 1, 0, -1) if (left[at - 1].low, left[at].low) == ("one", "of")), 0)
        if not at or "," in self.document.text[left[at].start : end]:
            return None
        comma = self.document.text[sentence.start : left[at - 1].start].rstrip()
        run = self.owners.capital_run(left[: at - 1]) if comma.endswith(",") else ()
        return Span(run[0].start, run[-1].end) if 0 < len(run) <= RUN else None

    def of_platform(self, left: Sequence[Word], span: Span, sentence: Span) -> Span | None:
        """Return the name before the platform alone: "on the Coast Front Telegram"."""
        name = self.before(left, span, sentence)
        if name is None or self.document.text[name.end : span.start].strip():
            return None
        lead = [word.low for word in left if word.end <= name.start][-2:]
        return name if len(lead) > 1 and lead[0] in self.rules.reach and lead[1] == "the" else None

    def _marked_before(self, low: int, end: int) -> Span | None:
        """Return the name between marks from `low` on that ends at `end`: "the ‘Caution, Heron’ Telegram channel"."""
        text = self.document.text
        mark = text[end - 1 : end]
        opens = _PAIRS.get(mark)
        at = text.rfind(opens, max(low, end - _MARKED), end - 1) if opens else -1
        if at < 0 or text[at - 1 : at].isalnum() or "\n" in text[at:end] or end - at < _MARKED_LEAST:
            return None
        return Span(at + 1, end - 1)

    def before(self, left: Sequence[Word], span: Span, sentence: Span) -> Span | None:
        """Return the name before "Telegram channel": "the Night Ledger Telegram channel"."""
        text = self.document.text
        end = span.start
        while end > 0 and text[end - 1].isspace():
            end -= 1
        if (marked := self._marked_before(sentence.start, end)) is not None:
            return marked
        opening = text.rfind("(", max(0, end - 60), end) if end and text[end - 1] == ")" else -1
        if opening >= 0:
            left = [word for word in left if word.end <= opening]
            end = opening
        run: list[Word] = []
        for word in reversed(left):
            if text[word.end : run[-1].start if run else end].strip(f" \xa0.&-{OPENING}{CLOSING}"):
                break
            if not word.capital or word.low in self.rules.before or _is_adjective(word):
                break
            run.append(word)
        run.reverse()
        while run and ((self.rules.countries(run[0].text) and not run[0].possessive) or run[0].low in self.rules.days):
            run = run[1:]
        if (
            not run
            or run[-1].possessive
            or {word.low for word in run} <= self.rules.things
            or len(run) > RUN
            or all(word.low in self.rules.clause for word in run)
        ):
            return None
        return Span(run[0].start, run[-1].end)

    def after(self, span: Span, sentence: Span) -> Span | None:
        """Return the name or owner after "Telegram channel": in quotation marks, with "of", or capitalised."""
        text, at = self.document.text, span.end
        while at < sentence.end and text[at].isspace():
            at += 1
        if at < sentence.end and text[at] in OPENING:
            close = min(
                (c for mark in CLOSING if (c := text.find(mark, at + 1, min(sentence.end, at + 60))) > 0), default=0
            )
            return Span(at + 1, close) if close > at + 1 else None
        words = self.owners.words(span.end, min(sentence.end, span.end + 120))
        if (number := _NUMBER.match(text, span.end, sentence.end)) is not None:
            goes_on = bool(words) and not text[number.end() : words[0].start].strip()
            counted = goes_on and (words[0].low not in self.rules.ends or words[0].low in self.rules.days)
            return None if counted else Span(*number.span(1))
        if words and (gap := text[span.end : words[0].start].strip()):
            return self._set_off(words) if gap in (",", "–", "—") else None
        while len(words) > 1 and words[0].low in self.rules.naming:
            words = words[1:]
        if words and words[0].low in self.rules.his:
            return None  # "в телеграм-канале его пресс-службы": his, of whom the sentence tells
        if words and words[0].low == "of":
            words = words[1:]
        elif not words or not (words[0].capital or self._is_body(words) or self._leads_to_name(words)):
            return None
        return self._quoted_after(words, sentence) or self._run_after(words)

    def beside(self, left: Sequence[Word], first: int, span: Span, sentence: Span) -> Span | None:
        """Return the name that "a Telegram channel" describes or is described by, where it is cited or says something.

        "Night Heron, a Telegram channel close to the army, said", "according to Night Heron, a Telegram channel",
        "A Telegram channel that follows aircraft, Night Heron, said".
        """
        text, owners, rules = self.document.text, self.owners, self.rules
        while (
            first and (first == len(left) or left[first].low not in rules.articles) and self._may_stand(left[first - 1])
        ):
            first -= 1  # "a militia-linked Telegram channel"
        if first == len(left) or left[first].low not in rules.articles or left[first].low in rules.own:
            return None
        run = owners.capital_run(left[:first])
        if run and text[run[-1].end : left[first].start].strip() == ",":
            at = left.index(run[0])
            before = left[at - 1].low if at else ""
            cited = before in rules.reach or before in rules.verbs or before in ("to", "by")
            told = any(word.low in rules.verbs for word in owners.words(span.end, sentence.end))
            return Span(run[0].start, run[-1].end) if cited or told else None
        words = owners.words(span.end, min(sentence.end, span.end + 160))
        for at, word in enumerate(words[1:-1], start=1):
            if text[words[at - 1].end : word.start].strip() == ",":
                return None if words[at - 1].capital else self._set_off(words[at:])
        return None

    def _may_stand(self, word: Word) -> bool:
        """Tell whether a word may stand between "a" and "Telegram channel": "pro-military", "Norland military"."""
        described = _is_adjective(word) or word.low in self.rules.before or self.rules.countries(word.text)
        return bool(described or not (word.capital or word.possessive or word.low in self.rules.ends))

    def _leads_to_name(self, words: Sequence[Word]) -> bool:
        """Tell whether a name in full follows a word or two that say who: "канал старости села Іва Терека"."""
        lead = next((at for at, word in enumerate(words[:4]) if word.capital), 0)
        described = all(word.low not in self.rules.ends for word in words[:lead])
        return (
            self.rules.cyrillic
            and 0 < lead < 3
            and described
            and words[lead + 1 : lead + 2] != []
            and (words[lead + 1].capital and self.document.text[words[lead].end : words[lead + 1].start].isspace())
        )

    def _is_body(self, words: Sequence[Word]) -> bool:
        """Tell whether words begin with a noun for an organisation or role, in Slavic languages behind an adjective."""
        if self.owners.is_noun(words[0]):
            return True
        adjective = self.rules.cyrillic and words[0].low not in self.rules.ends
        return adjective and len(words) > 1 and words[1].low not in self.rules.ends and self.owners.is_noun(words[1])

    def _quoted_after(self, words: Sequence[Word], sentence: Span) -> Span | None:
        """Return a name in marks behind one or two common nouns: "в телеграм-канале компании «Берег»"."""
        text = self.document.text
        for noun in takewhile(lambda word: not word.capital, words[:2]):
            at = noun.end + 1
            closing = _CLOSES.get(text[at : at + 1])
            if closing and text[noun.end : at].isspace():
                close = text.find(closing, at + 1, min(sentence.end, at + _MARKED))
                return Span(at + 1, close) if close > at + 1 else None
        return None

    def _run_after(self, words: Sequence[Word]) -> Span | None:
        """Return the name that `words` begin with: the longest that the registry lists, else up to what ends a name."""
        text = self.document.text
        run: list[Word] = []
        for word in words:
            if run and text[run[-1].end : word.start].strip(" \xa0.&-’'"):
                break
            if word.low in self.rules.days or len(run) >= RUN:
                break
            ends = word.low in self.rules.ends or word.low.endswith(_REFLEXIVE)
            if not word.capital and ends and word.low not in ("of", "the"):
                break
            run.append(word)
        named = not self.rules.cyrillic and not text[: words[0].start].rstrip().endswith(" of")
        run = _up_to_name(run) if named else run
        for end in range(len(run), 0, -1):
            span = Span(run[0].start, run[end - 1].end)
            goes_on = end < len(run) and run[end].capital  # "Night Heron Diary" is not "Night Heron"
            if not goes_on and self.registry.match(span.of(text)):
                return span
        return Span(run[0].start, run[-1].end) if run else None

    def _set_off(self, words: Sequence[Word]) -> Span | None:
        """Return the name between commas behind "a Telegram channel": ", Night Heron,"."""
        run: list[Word] = []
        for word in words[: RUN + 1]:
            if not word.capital or word.low in self.rules.days or self.rules.countries(word.text):
                break
            run.append(word)
            if self.document.text[word.end : word.end + 1] in (",", "–", "—"):
                return Span(run[0].start, run[-1].end)
        return None


def _up_to_name(words: Sequence[Word]) -> list[Word]:
    """Return the words up to where two in lower case follow a name: "Night Heron" of "Night Heron is a source"."""
    run = list(words)
    for at in range(1, len(run)):
        here, after = run[at], run[at + 1] if at + 1 < len(run) else None
        if run[at - 1].capital and not here.capital and here.low not in ("of", "the") and not (after and after.capital):
            return run[:at]
    return run


def _is_adjective(word: Word) -> bool:
    """Tell whether a capitalised word says of what kind a channel is: "Kremlin-affiliated", "pro-Russian"."""
    before, _, after = word.text.rpartition("-")
    return word.low.startswith(("pro-", "anti-")) or (len(before) > 1 and after.islower())
