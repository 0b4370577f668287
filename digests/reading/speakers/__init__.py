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
reported        … or to whom the sentence before it reported
topic           … or to the person whom the sentence before it is about
colon, signed   a name and a colon before it, a dash and a name behind it
==============  ==========================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.speakers.attributions import PARTICIPLE, Attribution, attributions
from digests.reading.speakers.choice import choose
from digests.reading.speakers.lexicon import MARK, QUOTE, Word
from digests.reading.speakers.people import HE, SHE, Entity, People
from digests.reading.speakers.sources import ORGANISATION, PERSON, PRONOUN, ROLE, SOMEONE, Source
from digests.reading.speakers.tokens import Tokens, Unit, units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage


_DASHES = ("—", "–", "―", "-")
_LABEL = re.compile(r"([A-Z][A-Z'’-]{2,20}(?: [A-Z][A-Z'’-]{2,20})?):\s")


@dataclass(frozen=True, slots=True)
class Said:
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


class _Speaker(NamedTuple):
    name: Source | Entity | None
    kind: str
    entity: Entity | None = None
    plural: bool = False


class Speakers:
    """Assigns speakers in one document, sentence by sentence, keeping in mind who was last spoken of."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.document = document
        self.passages = passages
        self.attributions = attributions(document.language)
        self.phrases = self.attributions.phrases
        self.people = People(self.phrases)
        self.focus: dict[str, tuple[_Speaker, int]] = {}  # last spoken of: by pronoun, with the paragraph
        self.last: _Speaker | None = None  # who spoke the last passage
        self.pending: tuple[_Speaker, Span, int] | None = None  # an attribution that ended in a colon
        self.before: tuple[_Speaker, str, int] | None = None  # whom a lone passage goes to, by what sieve; paragraph
        self.group = 0

    def assign(self) -> list[Said]:
        """Return one `Said` for each passage, in order."""
        cut = units(self.document, self.passages, self.phrases.lexicon)
        self.people.index(cut)
        said: list[Said | None] = [None] * len(self.passages)
        for unit in cut:
            self._unit(unit, said)
        return [
            item if item is not None else Said(self.document.sentences_over(p.outer))
            for item, p in zip(said, self.passages, strict=True)
        ]

    # ------------------------------------------------------------------------------------------------ units

    def _unit(self, unit: Unit, said: list[Said | None]) -> None:
        tokens = unit.tokens
        found = self.attributions.find(tokens)
        speakers: dict[int, _Speaker] = {}

        def speaker(attribution: Attribution) -> _Speaker:
            if attribution.cue not in speakers:
                speakers[attribution.cue] = self._resolve(attribution, tokens, unit)
            return speakers[attribution.cue]

        subject = self._look(unit)
        if unit.passages:
            self._assign(unit, found, speaker, said)
        elif found and unit.tokens and tokens[-1].text == ":":
            last = found[-1]
            self.pending = (speaker(last), tokens.over(last.cue, last.cue + 1), unit.paragraph)
        elif tokens and tokens[-1].text == ":" and len(tokens) <= 6:
            ends = len(tokens) - 1
            self.pending = None
            source = self.phrases.left(tokens, 0, ends)
            if source is None or source.kind not in (PERSON, ORGANISATION):
                source = self.phrases.first(tokens, 0, ends)
            if source is not None and self._is_known(source) and source.kind in (PERSON, ORGANISATION, PRONOUN):
                self.pending = (self._of(source, unit, None), source.span, unit.paragraph)
        else:
            self.pending = None
        main = next((a for a in found if a.kind != PARTICIPLE), None)
        if main is not None and main.source.kind in (PERSON, ORGANISATION, SOMEONE):
            self._remember(speaker(main), unit.paragraph)
        self.before = self._follow(unit, said, speaker(main) if main is not None else None, subject)

    def _follow(
        self, unit: Unit, said: Sequence[Said | None], reported: _Speaker | None, subject: _Speaker | None
    ) -> tuple[_Speaker, str, int] | None:
        """Tell who speaks on if the next sentence is nothing but a passage."""
        if unit.passages:
            item = said[unit.passages[-1]]
            if item is not None and item.attributed and self.last is not None:
                return self.last, "continued", unit.paragraph
            if item is not None and item.alone:
                return None
        if reported is not None and reported.name is not None:
            return reported, "reported", unit.paragraph
        if subject is not None and subject.kind == PERSON:
            return subject, "topic", unit.paragraph
        return None

    def _look(self, unit: Unit) -> _Speaker | None:
        """Keep in mind whom the sentence is about, before its pronouns are resolved."""
        subject = None if unit.headline else self.phrases.first(unit.tokens, 0, len(unit.tokens))
        if subject is None or subject.kind not in (PERSON, ORGANISATION, PRONOUN):
            return None
        if not self._is_known(subject):
            return None
        who = self._of(subject, unit, None)
        if subject.kind != PRONOUN:
            self._remember(who, unit.paragraph)
        return who

    def _is_known(self, source: Source) -> bool:
        """Tell a lone name from a word that only begins a sentence."""
        return source.kind != PERSON or len(source.words) > 1 or self.people.person(source) is not None

    def _remember(self, speaker: _Speaker, paragraph: int) -> None:
        if speaker.name is None:
            return
        if speaker.kind == ORGANISATION and not speaker.plural:
            self.focus["it"] = (speaker, paragraph)
        elif speaker.plural:
            self.focus["they"] = (speaker, paragraph)
        else:
            gender = speaker.entity.gender if speaker.entity else ""
            for pronoun in (gender,) if gender else (HE, SHE):
                self.focus[pronoun] = (speaker, paragraph)

    # --------------------------------------------------------------------------------------------- speakers

    def _resolve(self, attribution: Attribution, tokens: Tokens, unit: Unit) -> _Speaker:
        return self._of(attribution.source, unit, tokens[attribution.cue])

    def _of(self, source: Source, unit: Unit, cue: Word | None) -> _Speaker:
        nobody = _Speaker(None, source.kind)
        if source.kind == PERSON:
            entity = self.people.person(source)
            return _Speaker(entity or source, PERSON, entity)
        if source.kind == ORGANISATION:
            return _Speaker(source, ORGANISATION, plural=source.plural)
        if source.kind == SOMEONE:
            return _Speaker(source, SOMEONE, plural=source.plural)
        if source.kind == PRONOUN:
            return self._pronoun(source, unit)
        if source.kind == ROLE:
            if source.head in self.phrases.roles:
                entity = self.people.role(source)
                if entity is not None:
                    return _Speaker(entity, PERSON, entity)
                if (
                    cue is not None
                    and cue.low in self.attributions.continuing
                    and self.last is not None
                    and self.last.kind == PERSON
                ):
                    return self.last
                return _Speaker(source, SOMEONE) if len(source.words) > 1 else nobody
            organisation = self.people.organisation(source)
            if organisation is not None:
                return _Speaker(organisation, ORGANISATION, organisation)
            return _Speaker(source, SOMEONE)
        return nobody

    def _pronoun(self, source: Source, unit: Unit) -> _Speaker:
        nobody = _Speaker(None, PRONOUN)
        if source.head not in (HE, SHE, "it", "they"):
            return nobody
        known = self.focus.get(source.head)
        if known is None or unit.paragraph - known[1] > 6:
            return nobody
        self.focus[source.head] = (known[0], unit.paragraph)
        return known[0]

    # ------------------------------------------------------------------------------------------- assignment

    def _assign(
        self,
        unit: Unit,
        found: Sequence[Attribution],
        speaker: Callable[[Attribution], _Speaker],
        said: list[Said | None],
    ) -> None:
        tokens = unit.tokens
        alone = all(token.kind in (QUOTE, MARK) for token in tokens)
        previous: tuple[Attribution, int] | None = None
        places = [index for index, token in enumerate(tokens) if token.kind == QUOTE]
        for number, place in zip(unit.passages, places, strict=True):
            passage = self.passages[number]
            last = self.document.text[passage.inner.end - 1]
            choice = choose(tokens, place, last, found, previous) if found else None
            if choice is not None:
                attribution, sieve = choice
                who = speaker(attribution)
                if previous is None or previous[0] is not attribution:
                    self.group += 1
                previous = (attribution, place)
                item = self._said(unit, who, sieve, tokens.over(attribution.cue, attribution.cue + 1))
            else:
                item = self._without(unit, passage, place, alone=alone)
            led = place > 0 and tokens[place - 1].text == ":"
            said[number] = replace(item, alone=alone, opens=place == 0, led=led)
        self.pending = None
        if found and tokens[-1].text == ":":
            self.pending = (speaker(found[-1]), tokens.over(found[-1].cue, found[-1].cue + 1), unit.paragraph)

    def _said(self, unit: Unit, who: _Speaker, sieve: str, cue: Span | None) -> Said:
        self.last = who
        self._remember(who, unit.paragraph)
        return Said(unit.span, who.name.span if who.name else None, cue, sieve, self.group, attributed=True)

    def _without(self, unit: Unit, passage: Passage, place: int, *, alone: bool) -> Said:
        """Ask the sieves for a passage in a sentence without attribution."""
        tokens = unit.tokens
        if self.pending is not None and unit.paragraph - self.pending[2] <= 1 and (alone or place == 0):
            self.group += 1
            return self._said(unit, self.pending[0], "introduced", self.pending[1])
        named = self._by_name(tokens, place, passage)
        if named is not None:
            self.group += 1
            return self._said(unit, self._of(named[0], unit, None), named[1], None)
        if alone and self.before is not None:
            who, sieve, paragraph = self.before
            if sieve == "continued" and paragraph >= unit.paragraph - 1:
                return self._said(unit, who, sieve, None)
            if paragraph == unit.paragraph:
                self.group += 1
                return self._said(unit, who, sieve, None)
        self.group += 1
        return Said(unit.span, group=self.group)

    def _by_name(self, tokens: Tokens, place: int, passage: Passage) -> tuple[Source, str] | None:
        """Read the name of a transcript (``Ada Lind: “…”``, ``“LIND: …”``) or a signature (``“…” — Ada Lind``)."""
        if place > 0 and tokens[place - 1].text == ":":
            for source in (self.phrases.left(tokens, 0, place - 1), self.phrases.first(tokens, 0, place - 1)):
                if source is not None and source.kind in (PERSON, PRONOUN):
                    return source, "colon"
        if place + 3 < len(tokens) and tokens[place + 1].text in _DASHES:
            past = place + 2
            while past < len(tokens) and tokens[past].capital:
                past += 1
            if past >= place + 4 and (past == len(tokens) or tokens[past].text == ","):
                source = self.phrases.source(tokens, place + 2, past, past)
                if source is not None and source.kind == PERSON:
                    return source, "signed"
        label = _LABEL.match(self.document.text, passage.inner.start, passage.inner.end)
        if label is not None and (surname := label[1].lower().split()[-1]) in self.people.by_surname:
            return Source(PERSON, tokens, place, place + 1, surname), "colon"
        if label is not None:
            self.before = None  # another, unknown voice of a transcript
        return None
