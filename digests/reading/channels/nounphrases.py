"""Noun phrases in the sentences around a mention: those that may be the subject of a verb, names and titles in them.

What is quoted is masked, so that nothing is read into it. Every search looks at a bounded stretch of text.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.names import fold_word, is_title
from digests.reading.organisations import countries_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.model import Quote
    from digests.reading.channels.mentions import MentionRules
    from digests.reading.document import Document

_STAFFS = frozenset(("staff", "secretariat", "штаб", "штабу", "штаба"))  # no title stands before them
_DATE = 40  # code points that a date may take
_MASK = "\ue000"  # private use: stands for what is said inside quotation marks
_TOKEN = re.compile(r"(?:\d{1,4}-?)?[^\W\d_](?:[\w’'ʼ-]*\w)?(?:(?<=s)[’'])?")
BREAK = re.compile(r"[,;:()\[\]—–\n\ue000]|\s-\s")
_ADJECTIVE = ("ed", "te", "al", "se", "nt", "ble", "ous")  # how adjectives end that a preposition follows
_LEADING = frozenset(("by", "to", "from", "with"))  # may stand before the name of a body
_LINK = re.compile(r"\(?https?://[^\s()]{1,2000}\)?")
_SEVERAL = ("ли", "ють", "ять", "ют", "ят")  # verbs of the plural in Ukrainian and Russian
_INITIALS = re.compile(r"\([^\W\d_]{2,8}\)\s")  # what a body is cut to: "(РА)"
_PATRONYMIC = re.compile(r"(?:ович|евич|йович|овн|евн|івн|ївн)\w{0,3}$")


class Word(NamedTuple):
    """A word at ``[start, end)``."""

    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        """True if the word begins with a capital letter, or is all capitals behind a digit."""
        return self.text[0].isupper() or (self.text[0].isdigit() and self.text.isupper())

    @property
    def possessive(self) -> bool:
        """True for an English possessive."""
        return self.low.endswith(("’s", "'s", "s’", "s'"))


class NounPhrases:
    """Finds the noun phrases of one document by the rules of its language."""

    def __init__(self, document: Document, quotes: Sequence[Quote], rules: MentionRules) -> None:
        self.document = document
        self.rules = rules
        self.masked = _mask(document.text, quotes)

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries the article names."""
        return countries_in(self.document.text[:50_000])

    def words(self, start: int, end: int) -> list[Word]:
        """Return the words of the stretch, what is quoted left out."""
        return [
            Word(match.start(), match.end(), match.group(), match.group().lower())
            for match in _TOKEN.finditer(self.masked, max(0, start), max(0, end))
        ]

    def phrases_before(self, low: int, stop: int) -> Iterator[Span]:
        """Yield up to two noun phrases that may be the subject of a verb at `stop`, the likelier first."""
        if aside := self.rules.aside.search(self.masked[low:stop]):
            if name := self._known_as(low + aside.start(), stop):
                yield name
                return
            stop = low + aside.start()
        if (name := self._name_before_relative(low, stop)) is not None:
            yield name
            return
        found: list[tuple[Span, bool]] = []
        for segment in self._segments_back(low, stop):
            phrase = self._core(*segment)
            if phrase and not self._only_describes(phrase):
                found.append((phrase, self.is_name(phrase)))
            elif not phrase and found and self.masked[slice(*segment)].strip() and not self.words(*segment):
                break
            if len(found) == 2:
                break
        if found and not found[0][1] and (name := self._name_described(low, found[0][0], stop)):
            found = [(name, True)]
        if len(found) == 2 and self._set_off(found[0][0], stop) and self._describes(found[0], found[1]):
            found.reverse()  # "Olena Hryshko, head of the council, said"
        if found:
            yield found[0][0]
            if len(found) == 2 and found[1][1] and not found[0][1]:
                yield found[1][0]

    def _only_describes(self, phrase: Span) -> bool:
        """Tell whether a phrase behind a comma is an adjective and what belongs to it: "closely linked to the army"."""
        words = self.words(*phrase)
        at = next((at for at, word in enumerate(words[:3]) if word.low in self.rules.prepositions), 0)
        lead = words[:at]
        plain = all(not (word.capital or word.possessive or self.is_noun(word)) for word in lead)
        adjective = bool(lead) and lead[-1].low not in self.rules.things and lead[0].low not in self.rules.articles
        set_off = self.masked[: phrase.start].rstrip().endswith(",")
        return not self.rules.cyrillic and adjective and plain and set_off and lead[-1].low.endswith(_ADJECTIVE)

    def _name_before_relative(self, low: int, stop: int) -> Span | None:
        """Return the name right before "who" or "which": "claimed by the Coast Front, which said"."""
        relative = next(reversed(self.words(max(low, stop - 8), stop)), None)
        if relative is None or relative.low not in self.rules.relative or self.rules.cyrillic:
            return None
        comma = self.masked[low : relative.start].rstrip()
        if not comma.endswith(","):
            return None
        words = self.words(low, low + len(comma) - 1)
        run = self.capital_run(words)
        leads = words[len(words) - len(run) - 1].low if len(run) < len(words) else ""
        if relative.low == "who":
            named = 2 <= len(run) <= 4 and self.personal(run)
        else:
            named = bool(run) and (leads in self.rules.articles or leads in _LEADING)
        return Span(run[0].start, run[-1].end) if named else None

    def _name_described(self, low: int, phrase: Span, stop: int) -> Span | None:
        """Return the full name before a phrase and "who": "confirmed by Ada Lind, head of the council, who said"."""
        relative = self.words(phrase.end, stop)[:1]
        before = self.masked[low : phrase.start].rstrip()
        if not relative or relative[0].low not in self.rules.relative or not before.endswith(","):
            return None
        run = self.capital_run(self.words(low, low + len(before) - 1))
        return Span(run[0].start, run[-1].end) if 2 <= len(run) <= 4 and self.personal(run) else None

    def _describes(self, phrase: tuple[Span, bool], before: tuple[Span, bool]) -> bool:
        """Tell whether a phrase only says who the one before it is: "The Sons of the Hill, a small armed group,"."""
        if phrase[1]:
            return False
        words, named = self.words(*phrase[0]), self.words(*before[0])
        common = words[0].low in self.rules.articles or words[0].possessive  # "Ashton’s state nuclear company"
        common = common and not any(word.capital for word in words[words[0].possessive :])
        if words[0].low in self.rules.articles and not self.head(words).capital and named[-1].capital:
            common = True  # "the Sons of the Hill, the armed wing of Kestrel,"
        return before[1] or (common and len(named) <= 6 and named[-1].capital)

    def _known_as(self, start: int, end: int) -> Span | None:
        """Return the name in a relative clause: ", who goes by Night Heron,"."""
        known = self.rules.known.search(self.document.text, start, end)
        run = list(takewhile(lambda word: word.capital, self.words(known.end(), end))) if known else []
        return Span(run[0].start, run[-1].end) if run else None

    def _core(self, start: int, end: int) -> Span | None:
        """Return what of a stretch may be a subject: no clause word before it, no adverb around it, no "in a video"."""
        words = self.words(start, end)
        if len(words) > 2 and f"{words[0].low} {words[1].low}" in self.rules.topics:
            words = words[2:]
        while len(words) > 1 and self._is_short(words[0]):
            words = words[1:]
        words = self._past_day(words)
        if self._speaks_inside(words, self.words(end, end + 40)[:4]):
            words = words[1:]
        while words and (words[0].low in self.rules.clause or words[0].low in self.rules.fillers):
            words = words[1:]
        verb = next(
            (at for at, word in enumerate(words) if at and not word.capital and word.low in self.rules.verbs), 0
        )
        words = words[:verb] if verb else self._up_to_past(words)  # "the council said in its report"
        while words and words[-1].low in self.rules.fillers:
            words = words[:-1]
        if not words or words[0].low in self.rules.relative:
            return None
        if words[0].low in self.rules.participles and len(words) > 1 and self.masked[end : end + 1] == ",":
            return None  # ", citing its sources,"
        if self.rules.cyrillic and words[0].low in self.rules.participles:
            return None  # ", оприлюдненими в Telegram"
        low = self.masked[words[0].start : words[-1].end].lower()
        source = next((source for source in self.rules.sources if low.startswith(source)), "")
        if source:
            words = [word for word in words if word.start >= words[0].start + len(source)]
        elif words[0].low in self.rules.prepositions:
            words = words[-1:] if words[-1].low in self.rules.pronouns else self._past_place(words)
        return Span(words[0].start, words[-1].end) if words else None

    def _up_to_past(self, words: list[Word]) -> list[Word]:
        """Return the words before a verb that follows a full name: "глава края Иван Терехин разместил"."""
        behind = range(2, len(words)) if self.rules.cyrillic else ()
        named = (at for at in behind if words[at - 2].capital and words[at - 1].capital and not words[at].capital)
        return words[: next((at for at in named if is_past(words[at].low)), len(words))]

    def _past_place(self, words: Sequence[Word]) -> list[Word]:
        """Return who stands behind a place or topic: "У Тольмі мер Іво Терек", of "О дронах мэр Тольмы Иво Терек"."""
        run = self.capital_run(words) if self.rules.cyrillic else []
        governed = max((at for at, word in enumerate(words) if word.low in self.rules.prepositions), default=-1) + 1
        title = next((at for at in range(governed + 1, len(words)) if words[at].low in self.rules.nouns), 0)
        named = len(run) > 1 and run[-1] is words[-1] and governed < len(words) and self.personal(run)
        if not named:
            return []
        return run if title or (run[0] is not words[governed] and run[0].low in self.rules.first_names) else []

    def _is_short(self, word: Word) -> bool:
        """Tell whether a letter is an abbreviation, as in "и. о. мэра", and so no "and" or "about"."""
        return len(word.text) == 1 and self.masked[word.end : word.end + 1] == "."

    def _past_day(self, words: list[Word]) -> list[Word]:
        """Return the words behind "On Thursday", which may stand before a subject without a comma."""
        if len(words) > 2 and words[0].low in self.rules.prepositions and words[1].low in self.rules.days:
            return words[2:]
        return words

    def _speaks_inside(self, words: Sequence[Word], beside: Sequence[Word]) -> bool:
        """Tell whether a body stands behind a preposition as who speaks: "в Генштабе сообщили", of several always."""
        verb = next((word.low for word in beside if word.low in self.rules.verbs), "")
        return (
            verb.endswith(_SEVERAL)
            and len(words) > 1
            and (words[1].capital or len(words) > 2)
            and words[0].low in self.rules.inside
            and words[1].low not in self.rules.own
            and any(self.is_noun(word) or (len(word.text) > 2 and word.text.isupper()) for word in words[1:4])
        )

    def _set_off(self, phrase: Span, stop: int) -> bool:
        return any(mark in self.masked[phrase.end : stop] for mark in ",—–")

    def _segments_back(self, low: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches between breaks and clause words before `stop`, nearest first, up to six."""
        cuts = [low - 1] + [match.start() for match in BREAK.finditer(self.masked, low, stop)]
        cuts += [
            word.start - 1
            for word in self.words(low, stop)
            if word.low in self.rules.clause and not self._is_short(word)
        ]
        ends = [*sorted(set(cuts)), stop]
        for first, last in list(pairwise(ends))[::-1][:6]:
            yield first + 1, last

    def phrase_after(self, start: int, stop: int) -> Span | None:
        """Return the noun phrase that begins at `start`, up to the next break, clause word or verb."""
        start = self._past_date(start, stop) if self.rules.cyrillic else start
        cut = BREAK.search(self.masked, start, stop)
        if cut and (name := self._past_initials(cut.start(), stop)):
            return name
        words: list[Word] = []
        for word in self.words(start, cut.start() if cut else stop):
            if word.low in self.rules.clause or word.low in self.rules.verbs or len(words) >= 10:
                break
            words.append(word)
            if word.low in self.rules.pronouns:
                break
        if self._speaks_inside(words, self.words(max(0, start - _DATE), start)[-3:]):
            words = words[1:]
        if not words or words[0].low in self.rules.prepositions:
            return None
        while len(words) > 1 and words[-1].low in self.rules.prepositions:
            words.pop()
        for at, word in enumerate(words):
            if at and word.low in self.rules.prepositions and word.low not in ("of", "for") and words[at - 1].capital:
                words = words[:at]  # "said Hryshko in his morning update"
                break
        return Span(words[0].start, words[-1].end)

    def _past_date(self, start: int, stop: int) -> int:
        """Return where a phrase begins behind "у середу, 5 березня,", else `start`."""
        last = None
        for at, word in enumerate(self.words(start, min(stop, start + _DATE))):
            if word.low in self.rules.days:
                last = word
            elif at or word.low not in self.rules.prepositions:
                break
        if last is None:
            return start
        return last.end + (self.masked[last.end : last.end + 1] == ",")

    def _past_initials(self, start: int, stop: int) -> Span | None:
        """Return the name behind the initials of a body: "глава районной администрации (РА) Иван Терехин"."""
        initials = _INITIALS.match(self.masked, start, stop)
        if initials is None or not initials[0].isupper():
            return None
        run = list(takewhile(lambda word: word.capital, self.words(initials.end(), stop)))
        named = 2 <= len(run) <= 3 and self.masked[initials.end() : run[0].start] == ""
        return Span(run[0].start, run[-1].end) if named and self.personal(run) else None

    def head(self, words: Sequence[Word]) -> Word:
        """Return the head noun: the word before the first preposition, else the last."""
        for before, word in pairwise(words):
            if word.low in self.rules.prepositions:
                return before
        return words[-1]

    def capital_run(self, words: Sequence[Word]) -> list[Word]:
        """Return the capitalised words that end `words`, titles left out."""
        run: list[Word] = []
        for word in reversed(words):
            gap = self.document.text[word.end : run[-1].start] if run else " "
            if not word.capital or gap.strip(" \xa0.-") or word.possessive:
                break
            run.append(word)
        run.reverse()
        last_title = max((at for at, word in enumerate(run[:-1]) if self._entitles(run, at)), default=-1)
        run = run[last_title + 1 :]
        before = words[len(words) - len(run) - 1] if len(run) < len(words) else None
        if len(run) > 2 and run[0].low not in self.rules.first_names:  # "the Ashton RMA Ada Lind"
            run = run[next((at for at, word in enumerate(run[:-1]) if word.low in self.rules.first_names), 0) :]
        if self.rules.cyrillic and len(run) > 2:  # "голова Тольмської ОВА Іво Терек"
            body = max(
                (at for at, word in enumerate(run[:-2]) if word.text.isupper() and len(word.text) > 1), default=-1
            )
            run = run[body + 1 :]
        if (
            self.rules.cyrillic
            and len(run) > 2
            and before
            and is_title(before.low)
            and not _PATRONYMIC.search(run[-2].low)
        ):
            run = run[-2:]  # "мер Лунни Іво Терек"
        return run

    def _entitles(self, run: Sequence[Word], at: int) -> bool:
        """Tell whether a word of a run is a title; an adjective of a country only before another: "Ukrainian Gen."."""
        if not is_title(run[at].low) or (at + 1 < len(run) and run[at + 1].low in _STAFFS):
            return False  # "the General Staff"
        return not self.rules.countries(run[at].text) or (at + 2 < len(run) and is_title(run[at + 1].low))

    def is_noun(self, word: Word) -> bool:
        """Tell whether a word is a noun for organisations or roles, in any case."""
        return word.low in self.rules.nouns or (self.rules.cyrillic and fold_word(word.low) in self.rules.stems)

    def is_name(self, phrase: Span) -> bool:
        """Tell whether a phrase ends in a person's name, or is nothing but one capitalised word."""
        words = self.without_place(self.words(*phrase))
        run = self.capital_run(words)
        before = words[len(words) - len(run) - 1] if len(run) < len(words) else None
        if before is not None and before.low in self.rules.prepositions and any(is_title(word.low) for word in words):
            return False  # "First Vice Chairman of the Committee on Harbour Policy"
        return (2 <= len(run) <= 4 or len(words) == len(run) == 1) and self.personal(run)

    def without_place(self, words: list[Word]) -> list[Word]:
        """Return words without what a preposition adds to a name: "Ada Lind in her nightly address"."""
        at = next((at for at, word in enumerate(words) if at and word.low in self.rules.prepositions), 0)
        return words[:at] if at and words[at - 1].capital and words[at].low not in ("of", "for") else words

    def personal(self, run: Sequence[Word]) -> bool:
        """Tell whether a name holds no noun of an organisation or role and no country."""
        return not any(word.low in self.rules.nouns or self.rules.countries(word.text) for word in run)


def is_past(word: str) -> bool:
    """Tell whether a word in lower case ends as verbs of the past do in Ukrainian and Russian: "підписав"."""
    return word.endswith(("в", "л", "ла", "ли", "ло")) and len(word) > 3


def _mask(text: str, quotes: Sequence[Quote]) -> str:
    """Return `text` with what is quoted replaced by as many mask characters, and links by as many spaces."""
    parts, at = [], 0
    for quote in quotes:
        start, end = max(at, quote.span.start - 1), min(len(text), quote.span.end + 1)
        if end <= at:
            continue
        parts.append(text[at:start])
        parts.append(_MASK * (end - start))
        at = end
    parts.append(text[at:])
    masked = "".join(parts)
    return _LINK.sub(lambda link: " " * len(link[0]), masked) if "://" in masked else masked
