"""Who said each passage: sieves from sure to unsure. Below the sure ones the speaker stays unknown.

==============  ==========================================================================================
sieve           rule
==============  ==========================================================================================
after           the attribution follows the passage: ``“…,” Ada Lind said``, ``“…,” said Ada Lind``
before          it leads up to it: ``Ada Lind said: “…”``, ``Ada Lind said that the day was “…”``
between         the passage goes on after its attribution: ``“…,” she said, “…”``
according       ``according to Ada Lind``
clause          the only attribution of the sentence, or the nearest one before a fragment
introduced      the paragraph before, or the sentence before, ends in an attribution with a colon
continued       a sentence that is nothing but a quotation goes to whoever spoke just before
reported        … or to whom the sentence before it reported, of the paragraph before only a person
topic           … or to the person whom the sentence before it is about
colon, signed   a name and a colon before it, a dash and a name behind it
==============  ==========================================================================================
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.speakers.attributions import Attribution, attributions
from digests.reading.speakers.choice import choose
from digests.reading.speakers.focus import Focus, Speaker
from digests.reading.speakers.lexicon import MARK, QUOTE
from digests.reading.speakers.people import People
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, Source
from digests.reading.speakers.tokens import Tokens, Unit, Units
from digests.reading.speakers.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage


_FEW = 6  # tokens in a line like "The mayor, Ada Lind:"
_FEWEST_TOLD = 3  # spaces in what "about this" tells of; less may be words held at arm's length
_PAPERS_BACK = 4  # sentences looked back at for "said in a statement"
_DASHES = ("—", "–", "―", "-")
_CAPITALS = r"[A-ZА-ЯІЇЄҐЁ][A-ZА-ЯІЇЄҐЁ'’-]{2,20}"  # Latin and Cyrillic
_LABEL = re.compile(rf"({_CAPITALS}(?: {_CAPITALS})?):\s")


class Said(NamedTuple):
    """What is known of one passage: the speaker's fullest name, the cue, the sieve, and the attribution's group.

    `alone`: its sentence holds nothing but passages; `opens`: the passage begins its sentence; `led`: a colon
    leads up to it. `sentence`: the unit's span.
    """

    sentence: Span
    speaker: Span | None = None
    cue: Span | None = None
    sieve: str = ""
    group: int = 0
    alone: bool = False
    opens: bool = False
    led: bool = False
    attributed: bool = False


_PLATFORM = ("telegram", "телеграм", "телеґрам")
_Leading = tuple[Speaker, Span]  # whom a colon leads up to, and the cue


class Speakers:
    """Assigns speakers in one document, sentence by sentence; only those with passages are read, and what they need."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.document = document
        self.passages = passages
        self.ruled = bool(document.language.rules)  # else only what needs no words to tell is sure
        self.attributions = attributions(document.language)
        self.phrases = self.attributions.phrases
        self.units = Units(document, passages, self.phrases.lexicon)
        self.people = People(self.phrases, self.units)
        self.focus = Focus(self.units, self.attributions, self.people)
        self.voices = Voices(self.focus)
        self.group = 0
        self.talks = False  # the author speaks, too: whose turn it is in the next paragraph cannot be told

    def assign(self) -> list[Said]:
        """Return one `Said` for each passage, in order."""
        said: list[Said | None] = [None] * len(self.passages)
        for unit in self.units:
            if unit.passages:
                self._assign(unit, said)
                if self.attributions.topics:
                    self._told_behind(unit, said)
        self._run_back(said)
        return [
            item if item is not None else Said(self.document.sentences_over(p.outer))
            for item, p in zip(said, self.passages, strict=True)
        ]

    def _told_behind(self, unit: Unit, said: list[Said | None]) -> None:
        """Give what is quoted in a sentence without attribution to whom "Про це заявив …" right behind it names."""
        behind = self.units[unit.number + 1] if unit.number + 1 < len(self.units) else None
        if behind is None or behind.paragraph != unit.paragraph or not self.attributions.opens_topic(behind.tokens):
            return
        if self.focus.found(unit) or (main := self.focus.main(behind)) is None:
            return
        who = self.voices.who(main, behind)
        cue = behind.tokens.over(main.cue, main.cue + 1)
        for number in unit.passages:
            item = said[number]
            few = self.passages[number].inner.of(self.document.text).count(" ") < _FEWEST_TOLD
            if item is not None and not (item.attributed or few) and who.kind == PERSON and who.name is not None:
                said[number] = item._replace(speaker=who.name.span, cue=cue, sieve="reported", attributed=True)

    def _run_back(self, said: list[Said | None]) -> None:
        """Give a quotation that runs on in the next paragraph, unmarked there, to whom its end is attributed to."""
        for number in range(len(said) - 1, 0, -1):
            before, passage = self.passages[number - 1], self.passages[number]
            item, open_ = said[number], said[number - 1]
            unmarked = passage.outer.start == passage.inner.start
            if not (before.open_end and unmarked) or item is None or open_ is None or open_.attributed:
                continue
            if item.attributed and self.document.text[before.outer.end : passage.outer.start].isspace():
                said[number - 1] = open_._replace(
                    speaker=item.speaker, cue=item.cue, sieve=item.sieve, group=item.group, attributed=True
                )

    def _assign(self, unit: Unit, said: list[Said | None]) -> None:
        tokens = unit.tokens
        found = self.focus.found(unit)
        speakers: dict[int, Speaker] = {}
        alone = all(token.kind in (QUOTE, MARK) for token in tokens)
        unknown = False  # another voice of a transcript has begun
        previous: tuple[Attribution, int] | None = None
        places = [index for index, token in enumerate(tokens) if token.kind == QUOTE]
        for number, place in zip(unit.passages, places, strict=True):
            passage = self.passages[number]
            who: Speaker | None = None
            cue, sieve = None, ""
            last = self.document.text[passage.inner.end - 1]
            choice = self._choose(tokens, place, last, found, previous) if found else None
            if choice is not None:
                attribution, sieve = choice
                self.talks = self.talks or attribution.source.head in self.attributions.author
                if attribution.cue not in speakers:
                    speakers[attribution.cue] = self.voices.who(attribution, unit)
                who = speakers[attribution.cue]
                if previous is None or previous[0] is not attribution:
                    self.group += 1
                previous = (attribution, place)
                cue = tokens.over(attribution.cue, attribution.cue + 1)
            elif (alone or place == 0) and (leading := self._leading(unit)) is not None:
                who, cue = leading
                sieve = "introduced"
                self.group += 1
            elif named := self._by_name(tokens, place, passage):
                who, sieve = self.voices.of(named[0], unit), named[1]
                self.group += 1
            else:
                label = self._label(passage)
                unknown = unknown or label is not None
                before = self._before(unit, said) if alone and not unknown else None
                if before is not None:
                    who, sieve = before
                if sieve != "continued":
                    self.group += 1
            if who is not None:
                self.voices.last = who
                if not self._is_document(passage):
                    self.focus.said.setdefault(unit.number, []).append(who)
                elif sieve == "introduced":
                    self.focus.silent.add(unit.number - 1)
            said[number] = Said(
                unit.span,
                who.name.span if who is not None and who.name is not None else None,
                cue,
                sieve,
                self.group,
                alone=alone,
                opens=place == 0,
                led=place > 0 and tokens[place - 1].text == ":",
                attributed=who is not None,
            )

    def _choose(
        self, tokens: Tokens, place: int, last: str, found: list[Attribution], previous: tuple[Attribution, int] | None
    ) -> tuple[Attribution, str] | None:
        """Return the attribution of the passage at `place` and the sieve; none of words that are only told of."""
        choice = choose(tokens, place, last, found, previous, self.phrases.outlets)
        if choice is None or choice[1] != "before":
            return choice
        return None if self.attributions.order.is_told_of(tokens, choice[0].cue, place) else choice

    def _is_document(self, passage: Passage) -> bool:
        """Tell whether a passage is of another's text, quoted with its own quotations: "she" there is not who quotes.

        Its paragraphs open with a straight mark and close with none, while the quotations have curly ones.
        """
        text = self.document.text
        return passage.open_end and text[passage.outer.start] == '"' and "“" in text

    def _is_label(self, tokens: Tokens, place: int) -> bool:
        """Tell whether what leads up to a passage is the label of an agency: "Quote: “…”", "Дослівно: «…»"."""
        return place > 1 and tuple(token.low for token in tokens[: place - 1]) in self.attributions.labels

    def _labelled(self, tokens: Tokens, place: int) -> tuple[Source | None, ...]:
        """Return whom the label of an agency names: "Quote from Lind: “…”"."""
        for label in self.attributions.labels_of:
            start = len(label)
            if tuple(token.low for token in tokens[:start]) == label and place > start + 1:
                return (self.phrases.right(tokens, start, place - 1),)
        return ()

    def _reported_before(self, number: int) -> Source | None:
        """Return whom the last sentence before that is about somebody's words reports."""
        for unit in reversed(self.units[max(0, number - _PAPERS_BACK) : number]):
            if (source := self._named_source(unit.tokens)) is not None:
                return source
            main, subject = self.focus.main(unit), self.focus.subject(unit)
            if main is None or main.source.kind == PAPER:
                continue
            if subject is None or subject.order == main.source.order or main.cue < main.source.first:
                return main.source
        return None

    def _named_source(self, tokens: Tokens) -> Source | None:
        """Return whom an agency names first as its source: "Джерело: Терек у Telegram, «Берег»"."""
        if len(tokens) < 3 or tokens[1].text != ":" or tokens[0].low not in self.attributions.sources:
            return None
        source = self.phrases.right(tokens, 2, self.attributions.right_limit(tokens, 2))
        return source if source is not None and source.kind in (PERSON, ORGANISATION) else None

    def _leading(self, unit: Unit) -> _Leading | None:
        """Return whom the sentence before leads up to with a colon: by an attribution, or a name and little else."""
        before = self.units[unit.number - 1] if unit.number else None
        if (
            before is None
            or not self.ruled
            or unit.paragraph - before.paragraph > 1
            or self.document.text.find(":", *before.span) < 0
        ):
            return None
        tokens = before.tokens
        if not tokens or tokens[-1].text != ":":
            return None
        if found := self.focus.found(before):
            return self.voices.who(found[-1], before), tokens.over(found[-1].cue, found[-1].cue + 1)
        if before.passages or len(tokens) > _FEW:
            return None
        source = self.phrases.left(tokens, 0, len(tokens) - 1)
        if source is None or source.kind not in (PERSON, ORGANISATION):
            source = self.phrases.first(tokens, 0, len(tokens) - 1)
        if source is None or not self.focus.is_known(source):
            return None
        return self.voices.of(source, before), source.span

    def _before(self, unit: Unit, said: Sequence[Said | None]) -> tuple[Speaker, str] | None:
        """Tell who speaks on in a sentence that is nothing but a passage, by the one before it, and by what sieve."""
        if not unit.number:
            return None
        before = self.units[unit.number - 1]
        if before.passages:
            item = said[before.passages[-1]]
            if item is not None and item.attributed and self.voices.last is not None:
                near = before.paragraph >= unit.paragraph - (0 if self.talks else 1)
                return (self.voices.last, "continued") if near else None
            if item is not None and item.alone:
                return None
        if not self.ruled or unit.paragraph - before.paragraph > 1:
            return None
        main = self.focus.main(before)
        if before.paragraph != unit.paragraph:
            who = self.voices.who(main, before) if main is not None and not main.weak else None
            return (who, "reported") if who is not None and who.kind == PERSON and who.name is not None else None
        reported = self.voices.who(main, before) if main is not None else None
        if reported is not None and reported.name is not None:
            return reported, "reported"
        subject = self.focus.subject(before)
        who = self.voices.of(subject, before) if subject is not None else None
        return (who, "topic") if who is not None and who.kind == PERSON else None

    def _by_name(self, tokens: Tokens, place: int, passage: Passage) -> tuple[Source, str] | None:
        """Read the name of a transcript (``Ada Lind: “…”``, ``“LIND: …”``) or a signature (``“…” — Ada Lind``)."""
        if place > 0 and tokens[place - 1].text == ":":
            if self._is_label(tokens, place):
                reported = self._reported_before(tokens.number)
                return None if reported is None else (reported, "introduced")
            labelled = self._labelled(tokens, place)
            for source in labelled or (
                self.phrases.left(tokens, 0, place - 1),
                self.phrases.first(tokens, 0, place - 1),
            ):
                if source is None or source.kind not in (PERSON, PRONOUN):
                    continue
                alone = len(source.words) == 1 and source.past < place - 1 and self.attributions.order.free
                if alone and source.kind == PERSON and not self.focus.is_known(source):
                    continue  # "Слова мера він назвав злими: «…»"
                if source.kind == PRONOUN and source.first:
                    continue  # "but she resents it: “…”"
                if any(self.attributions.passes_on(tokens, at) for at in range(source.past, place)):
                    continue  # "Лінд показала лист жінки з Тольми: «…»"
                if self.ruled or self._is_name_alone(tokens, place - 1, source):
                    return source, "colon"
        if (signature := self._signature(tokens, place)) is not None:
            return signature, "signed"
        label = self._label(passage)
        if label is not None and self.people.is_surname(label):
            return Source(PERSON, tokens, place, place + 1, label), "colon"
        if label is not None and self._labels[label] > 1:  # named nowhere else
            start = passage.inner.start
            own = Span(start, self.document.text.index(":", start))
            words = Tokens(self.document.text, own, (), self.phrases.lexicon, tokens.number)
            return Source(PERSON, words, 0, len(words), label), "colon"
        return None

    def _signature(self, tokens: Tokens, place: int) -> Source | None:
        """Return the name behind the dash that follows the passage at `place`: ``“…” — Ada Lind``."""
        if place + 3 >= len(tokens) or tokens[place + 1].text not in _DASHES:
            return None
        past = place + 2
        while past < len(tokens) and (tokens[past].capital or tokens[past].title or tokens[past].human):
            past += 1
        ends = past >= place + 4 and (past == len(tokens) or tokens[past].text == ",")
        source = self.phrases.source(tokens, place + 2, past, past) if ends else None
        return source if source is not None and source.kind == PERSON else None

    @cached_property
    def _labels(self) -> Counter[str]:
        return Counter(label for passage in self.passages if (label := self._label(passage)) is not None)

    def _is_name_alone(self, tokens: Tokens, end: int, source: Source) -> bool:
        """Tell whether only the name stands before the colon: "Ada Lind:", not "Auf Telegram Ada Lind:"."""
        return (source.first, source.past) == (0, end) and not any(
            name in word.low for word in tokens[:end] for name in _PLATFORM
        )

    def _label(self, passage: Passage) -> str | None:
        """Return the surname in small letters that a passage begins with as in a transcript."""
        label = _LABEL.match(self.document.text, passage.inner.start, passage.inner.end)
        return None if label is None else label[1].lower().split()[-1]
