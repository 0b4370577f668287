"""Whom a noun phrase beside a mention stands for: a listed owner, a name, whoever a pronoun or role points to.

A name is resolved by the registry, a surname to the full name the article gives, a pronoun or role ("she", "the
ministry") to whoever spoke last or bears the role.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.channels.nounphrases import BREAK, NounPhrases, Word
from digests.reading.names import is_title, plain, same_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from digests.data.registry import Registry
    from digests.model import Channel, Quote
    from digests.reading.channels.mentions import MentionRules
    from digests.reading.document import Document

_SURNAMES = (
    *("ко", "ов", "ев", "єв", "ін", "ин", "ын", "ова", "ева", "єва", "ий", "ый", "ой", "ська", "ская", "цька", "цкая"),
    *("ук", "юк", "як", "ич", "дзе", "ян", "швілі", "швили", "ць", "ець", "ель", "ер", "ман", "берг", "штейн"),
)
REACH = 600  # code points looked at on either side of a mention
_BACK = 4_000  # code points looked back for a full name or a role
_SENTENCES_BACK = 3
_FINITE = frozenset(("had", "has", "have", "was", "were", "is", "are", "will", "would"))
_PAST = re.compile(r"\w{3}[иаяі]л[аои]$")  # verbs of the past in Ukrainian and Russian; no noun for a body ends so


class Owner(NamedTuple):
    """An owner as the article names it, the channel of the registry if it is listed, and the rule that found it."""

    span: Span
    channel: Channel | None
    rule: str = ""


class Referents(NounPhrases):
    """Answers whom the phrases of one document mean."""

    def __init__(
        self,
        document: Document,
        quotes: Sequence[Quote],
        registry: Registry,
        rules: MentionRules,
        on: date | None = None,
    ) -> None:
        super().__init__(document, quotes, rules)
        self.quotes = quotes
        self.registry = registry
        self.on = on
        self._full_names: dict[str, Span | None] = {}
        self._speakers: dict[Span, Owner] = {}
        self._quote_starts = [quote.span.start for quote in quotes]

    def called(self, name: Span) -> Owner | None:
        """Return the owner of a channel by its own name, if the registry lists it or it stands in quotation marks."""
        if channel := self.registry.match(name.of(self.document.text)):
            return Owner(name, channel)
        return None if self.words(*name) else Owner(name, None)

    def resolve(self, phrase: Span | None, sentence: Span) -> Owner | None:
        """Return whom `phrase` means; None if it names a thing, or nobody that can be told."""
        if phrase is None:
            return None
        words = self.words(*phrase)
        if words and words[-1].possessive:
            words[-1] = _without_possessive(words[-1])
        if self.is_unnamed(words):
            return None
        while words and words[0].low in self.rules.articles and len(words) > 1:
            words = words[1:]
        if not words:
            return None
        if words[-1].low in self.rules.pronouns:
            just = self._just_named(words[:-1], words[-1].low) or self._subject_before(words[-1], sentence)
            return just or self._pronoun(words[-1].low, sentence)
        if words[-1].low in self.rules.posts and any(word.possessive for word in words[:-1]):
            last = max(at for at, word in enumerate(words[:-1]) if word.possessive)
            return self.resolve(Span(words[0].start, words[last].end), sentence)  # "the General Staff’s report"
        if self.rules.cyrillic and words[0].low in self.rules.things and words[-1].low in self.rules.bodies:
            words = words[-1:]  # "Відео з порту відомство оприлюднило …"
        kind = words[1:2] and self.is_noun(words[1])  # "news outlet Night Heron" is no news
        if {self.head(words).low, "" if kind else words[0].low} & self.rules.things or self.document.text[
            words[0].start - 1 : words[0].start
        ] == "@":
            return None
        if self.rules.cyrillic and any(_PAST.search(word.low) for word in words[1:] if not word.capital):
            return None  # a clause: "армія обстріляла порт"
        if not self.rules.cyrillic and any(map(self._is_clause, words, words[1:], words[2:])):
            return None
        words = self._person(words) or words
        owner = self._listed(words) or self._named(words) or self._role(words, sentence)
        return owner._replace(span=self._closed(owner.span)) if owner else None

    def _closed(self, span: Span) -> Span:
        """Take in the mark behind a name that was opened within: "Батальйон «Чапля»"."""
        inside, after = span.of(self.document.text), self.document.text[span.end : span.end + 1]
        opened = (after == "»" and inside.count("«") > inside.count("»")) or (
            after == "”" and inside.count("“") > inside.count("”")
        )
        return Span(span.start, span.end + opened)

    def _subject_before(self, pronoun: Word, sentence: Span) -> Owner | None:
        """Return the subject of the sentence that "he" stands in: "Ada Lind said it burned, and later she wrote"."""
        if pronoun.low not in self.rules.singular or self._quotes_in(sentence):
            return None
        before = self.words(sentence.start, min(pronoun.start, sentence.start + REACH))
        verb = next((word for word in before[1:] if word.low in self.rules.verbs and not word.capital), None)
        phrase = next(self.phrases_before(sentence.start, verb.start), None) if verb else None
        words = self.words(*phrase) if phrase else []
        if not words or words[-1].low in self.rules.pronouns:
            return None
        owner = self.resolve(phrase, sentence)
        return owner if owner and self._is_person(owner) and self._may_be(pronoun.low, owner) else None

    def _just_named(self, words: Sequence[Word], pronoun: str) -> Owner | None:
        """Return who alone is named before "he" in the clause: "Ada Lind also praised it in a note she shared"."""
        names = [word for word in words if word.capital]
        run = self.capital_run(words[: len(names)])
        if self.rules.cyrillic or pronoun not in self.rules.singular or not names or len(run) != len(names):
            return None
        owner = self._listed(run) or self._named(run) if run[0] is words[0] and self.personal(run) else None
        return owner if owner and self._is_person(owner) and self._may_be(pronoun, owner) else None

    def _is_clause(self, before: Word, word: Word, after: Word) -> bool:
        """Tell by three of its words whether a phrase is a clause: "army had left", "Lind seized Tolm"."""
        if word.capital:
            return False
        between = (before.capital and after.capital) or before.low.endswith("ly")
        past = word.low.endswith("ed") and between and not before.possessive
        return past or word.low in _FINITE

    def _person(self, words: list[Word]) -> list[Word]:
        """Return the name of somebody before a preposition; nothing, if one word there is not known as a name."""
        name = self.without_place(words)
        run = self.capital_run(name)
        alone = len(run) == 1 and not (self._full_name(run) or self.registry.match(run[0].text))
        return name if run and self.personal(run) and not alone else []

    def is_unnamed(self, words: Sequence[Word]) -> bool:
        """Tell whether a phrase is of somebody and nobody in particular: "a Kremlin-affiliated milblogger"."""
        return bool(words) and words[0].low in ("a", "an", "one") and self.head(words).low in self.rules.unnamed

    def _listed(self, words: Sequence[Word]) -> Owner | None:
        """Match the phrase with the registry, dropping small words before the name that do not change its meaning."""
        full = self._full_name(words)
        if full is not None:
            channel = self.registry.match(full.of(self.document.text), on=self.on)
            return Owner(full, channel) if channel else None
        if not words or not self.registry.may_end(words[-1].text):
            return None
        for first in range(min(len(words), 12)):
            if first:
                dropped = words[first - 1]
                begins = dropped.start == 0 or self.document.text[dropped.start - 2 : dropped.start].strip() in (
                    "",
                    ".",
                    "…",
                )
                if dropped.low in self.rules.prepositions or dropped.possessive or (dropped.capital and not begins):
                    return None
            span = Span(words[first].start, words[-1].end)
            countries = _Countries(partial(self._countries_of, span))
            if channel := self.registry.match(span.of(self.document.text), countries=countries, on=self.on):
                run = self.capital_run(words)
                person = 2 <= len(run) <= 4 and self.personal(run) and len(run) <= len(words) - first
                return Owner(
                    Span(run[0].start, run[-1].end) if person else self._without_titles(words[first:]), channel
                )
        return None

    def _countries_of(self, span: Span) -> frozenset[str]:
        """Return the country an organisation was named with before; else all countries of the article."""
        name = span.of(self.document.text)
        at = self.document.text.rfind(name, max(0, span.start - _BACK), span.start)
        before = self.words(max(0, at - 40), at) if at > 0 else []
        return (self.rules.countries(before[-1].text) if before else frozenset()) or self.countries

    def _full_name(self, words: Sequence[Word]) -> Span | None:
        """Return the fullest name in the article of the person called by the surname alone."""
        run = self.capital_run(words)
        if len(run) != 1 or run[0].low in self.rules.nouns:
            return None
        if run[0].text not in self._full_names:
            self._full_names[run[0].text] = self._find_full_name(run[0])
        return self._full_names[run[0].text]

    def _find_full_name(self, surname: Word) -> Span | None:
        text = self.document.text
        for match in re.finditer(rf"(?<!\w){re.escape(surname.text)}(?!\w)", text[:20_000]):
            before = self.words(max(0, match.start() - 60), match.start())
            names = self.capital_run(before) if before and text[before[-1].end : match.start()].isspace() else ()
            names = [word for word in names if not is_title(word.low) and not word.possessive]
            if names and "\n" not in text[names[0].start : match.start()] and self._given(names[-1], surname):
                first = names[-2] if len(names) > 1 and self._given(names[-2], surname) else names[-1]
                return Span(first.start, match.end())
        return None

    def _given(self, word: Word, surname: Word) -> bool:
        rules = self.rules
        known = rules.countries(word.text) or any(
            word.low in words for words in (rules.nouns, rules.fillers, rules.prepositions)
        )
        other = word.low == surname.low or word.low in self.rules.articles or self.rules.platform.match(word.text)
        initials = word.text.isupper() and len(word.text) > 2  # "the Ashton RMA Ada Lind"
        return not known and not other and not initials

    def _named(self, words: Sequence[Word]) -> Owner | None:
        """Take a person's or organisation's name as it stands: nobody the registry lists."""
        if (full := self._full_name(words)) is not None:
            return Owner(full, None)
        run = self.capital_run(words)
        if self.rules.cyrillic and len(words) == 1 and run and self._is_thing(words[0]):
            return None
        if self.rules.cyrillic and len(run) == 1 and len(words) > 2 and self._is_body_of(words, run[0]):
            return Owner(Span(words[0].start, words[-1].end), None)
        if run and self.personal(run) and len(run) <= 4:
            before = [word for word in words[: -len(run)] if word.low not in self.rules.articles]
            while before and (is_title(before[-1].low) or self.rules.countries(before[-1].text)):
                before.pop()  # "a close ally of President Ada Lind" is not she
            if not before or before[-1].low not in self.rules.prepositions:
                return Owner(Span(run[0].start, run[-1].end), None)
        at = words.index(self.head(words))
        head = self.capital_run(words[: at + 1])
        if 2 <= len(head) <= 4 and self.personal(head):
            return Owner(Span(head[0].start, head[-1].end), None)
        if self.rules.cyrillic and not (all(word.capital for word in words) or any(map(self.is_noun, words))):
            return None
        if len(words) == 1 and self._opens_sentence(words[0]):
            return None
        if self._goes_on(words[0]):
            return None
        if any(word.capital for word in words):
            first, last = words[0].start, words[-1].end
            inside = self.document.text[first:last]
            parted = first and self.document.text[first - 1] in '“«"' and any(mark in inside for mark in '”»"')
            return Owner(Span(first - bool(parted), last), None)  # "“Heron” Battalion"
        return None

    def _is_body_of(self, words: Sequence[Word], last: Word) -> bool:
        """Tell whether a phrase is of a body and its country, not of somebody: "Министерство портов Норланда"."""
        return last is words[-1] and words[0].low in self.rules.bodies and not is_title(words[-2].low)

    def _role(self, words: Sequence[Word], sentence: Span) -> Owner | None:
        """Resolve "the governor" or "the country’s ministry" to the name that goes with it; else keep the phrase."""
        if not any(map(self.is_noun, words)):
            return None
        head = self.head(words)
        if len(words) == 1 or words[0].low in self.rules.own:
            found = self._bearer(head.low, sentence)
            if found:
                return found
        for title in self.rules.seats.get(words[-1].low, ()) if len(words) > 1 else ():  # "the head of state"
            if (found := self._bearer(title, sentence)) is not None:
                return found
        return Owner(Span(words[0].start, words[-1].end), None)

    def _goes_on(self, word: Word) -> bool:
        """Tell whether a word is the verb of "killed one and wounded two in Ashton", which begins no name."""
        before = self.document.text[max(0, word.start - 5) : word.start]
        return word.low.endswith("ed") and not word.capital and before.endswith((" and ", " but "))

    def _opens_sentence(self, word: Word) -> bool:
        """Tell whether a word has its capital only because it begins a sentence: it stands nowhere else with one."""
        before = self.document.text[max(0, word.start - 3) : word.start].rstrip(' \xa0“"«')
        begins = not before or before[-1] in ".!?…\n"
        return begins and word.low not in self.rules.first_names and self.document.text.count(word.text) == 1

    def _is_thing(self, word: Word) -> bool:
        """Tell whether a word that begins a sentence is no surname by its ending: "Деталі в Telegram розповів …"."""
        return self._opens_sentence(word) and not word.low.endswith(_SURNAMES) and not word.text.isupper()

    def bare_role(self, phrase: Span) -> bool:
        """Tell whether a phrase is a role and nothing else ("the agency"), which may stand for anybody."""
        words = [word for word in self.words(*phrase) if word.low not in self.rules.articles]
        opens = len(words) == 1 and self.is_noun(words[0]) and self._opens_sentence(words[0])
        return opens or (len(words) == 1 and not words[0].capital)

    def _bearer(self, role: str, sentence: Span) -> Owner | None:
        text = self.document.text
        body = role in self.rules.bodies
        spoke = () if body else self.quotes[: bisect_left(self._quote_starts, sentence.start)][-8:]
        for quote in reversed(spoke):
            if quote.speaker and role in text[quote.speaker.start - 40 : quote.speaker.end + 60].lower():
                return self.speaker(quote.speaker)
        window = Span(max(0, sentence.start - _BACK), sentence.start)
        words = self.words(*window)
        for at in range(len(words) - 1, -1, -1):
            if words[at].low != role:
                continue
            after = words[at + 1 : at + 4]
            run = [word for word in after if word.capital]
            if len(run) >= 2 and run == after[: len(run)] and not text[words[at].end : run[0].start].strip(" ,\xa0"):
                run = (self.capital_run(run) if len(run) > 2 and self.rules.cyrillic else run) or run
                return self._listed(run) or Owner(Span(run[0].start, run[-1].end), None)
            named = self._back_to_break(words, at)
            if (organisation := self._listed(named)) is not None:
                return organisation
            if body and any(word.capital for word in (named[1:] if len(named) > 1 else ()) or named):
                return Owner(Span(named[0].start, named[-1].end), None)
        return None

    def _back_to_break(self, words: Sequence[Word], at: int) -> list[Word]:
        first = at
        while first > 0 and at - first < 6 and not BREAK.search(self.masked, words[first - 1].end, words[first].start):
            first -= 1
            if words[first].low in self.rules.prepositions or words[first].low in self.rules.articles:
                first += 1
                break
        return list(words[first : at + 1])

    def _pronoun(self, pronoun: str, sentence: Span) -> Owner | None:
        """Resolve a pronoun to the speaker of the sentence, else to who spoke or was named first just before."""
        person = pronoun in self.rules.singular
        for quote in self._quotes_in(sentence):
            if quote.speaker:
                return self.speaker(quote.speaker)
        index = self.document.sentence_index(sentence.start)
        for back in range(1, _SENTENCES_BACK + 1):
            if index is None or index < back:
                return None
            earlier = self.document.sentences[index - back]
            for owner in self._spoke(earlier):
                if self._is_person(owner) is person and self._may_be(pronoun, owner):
                    return owner
        return None

    def _may_be(self, pronoun: str, owner: Owner) -> bool:
        """Tell whether a pronoun's gender is not that of somebody else's first name."""
        names = self.words(*owner.span)[:-1]
        if pronoun in self.rules.she:
            return not any(word.low in self.rules.boys for word in names)
        return pronoun not in self.rules.he or not any(word.low in self.rules.girls for word in names)

    def _spoke(self, sentence: Span) -> Iterator[Owner]:
        for quote in reversed(self._quotes_in(sentence)):
            if quote.speaker:
                yield self.speaker(quote.speaker)
        end = min(sentence.end, sentence.start + 2 * REACH)
        words = self.words(sentence.start, end)
        for word in reversed(words):
            if word.low in self.rules.verbs:
                for phrase in self.phrases_before(sentence.start, word.start):
                    if self.words(*phrase)[-1].low not in self.rules.pronouns and (
                        owner := self.resolve(phrase, sentence)
                    ):
                        yield owner
        for at in range(1, len(words)):
            ends = at + 1 == len(words) or not words[at + 1].capital
            run = self.capital_run(words[max(0, at - 4) : at + 1]) if ends and words[at].capital else ()
            if 2 <= len(run) <= 4 and self.personal(run):
                yield self._listed(run) or Owner(Span(run[0].start, run[-1].end), None)

    def _is_person(self, owner: Owner) -> bool:
        return self.personal(self.words(*owner.span))

    def speaker(self, span: Span) -> Owner:
        """Return the owner that a quote's speaker is."""
        if span not in self._speakers:
            words = self.words(*span)
            while len(words) > 1 and words[0].low in self.rules.articles:
                words = words[1:]
            self._speakers[span] = (self._listed(words) if words else None) or Owner(span, None)
        return self._speakers[span]

    def _quotes_in(self, sentence: Span) -> list[Quote]:
        first = bisect_left(self._quote_starts, sentence.start)
        if first and self.quotes[first - 1].span.end > sentence.start:
            first -= 1  # "… We stay. We will win," he wrote on Telegram: it began some sentences before
        last = bisect_left(self._quote_starts, sentence.end)
        return list(self.quotes[first:last])

    def same(self, a: Owner, b: Owner) -> bool:
        """Tell whether two owners are the same: one channel, one span, or names of one person."""
        if a.channel and b.channel:
            return a.channel is b.channel
        text = self.document.text
        one, other = a.span.of(text), b.span.of(text)
        words = {*plain(one)}, {*plain(other)}
        return a.span == b.span or words[0] <= words[1] or words[1] <= words[0] or same_person(one, other)

    def _without_titles(self, words: Sequence[Word]) -> Span:
        first = 0
        while first < len(words) - 1 and (is_title(words[first].low) or words[first].low in self.rules.articles):
            first += 1
        if words[first].low in self.rules.prepositions:
            first = 0  # "head of the council" is no title before a name
        return Span(words[first].start, words[-1].end)


class _Countries:
    """Countries that are looked for only if it matters which they are: to find those of an article is dear."""

    def __init__(self, find: Callable[[], frozenset[str]]) -> None:
        self._find = find

    def __contains__(self, country: object) -> bool:
        return country in self._find()


def _without_possessive(word: Word) -> Word:
    cut = 2 if word.low.endswith(("’s", "'s")) else 1
    return Word(word.start, word.end - cut, word.text[:-cut], word.low[:-cut])
