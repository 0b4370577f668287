"""Who was spoken of last: whom "he", "she", "it" and "they" mean, and what the sentence before leads up to.

Looked up backwards from where that is asked, so that most sentences without a quotation are never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digests.reading.speakers.attributions import ACCORDING, PARTICIPLE, SAY, Attribution, Attributions
from digests.reading.speakers.entities import HE, SHE, Entity
from digests.reading.speakers.lexicon import MARK
from digests.reading.speakers.people import People
from digests.reading.speakers.roles import Roles
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, ROLE, SOMEONE, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.speakers.tokens import Unit, Units

_PARAGRAPHS = 6  # so far back a pronoun reaches, from the last one that meant the same
_OPENING = 5  # words in which whose it is may stand at the head of a sentence
_SENTENCES = 40  # looked back at in all; keeps a text without names linear


class Speaker(NamedTuple):
    """Who spoke or was spoken of: `name` is where the text names them, None if that is not known."""

    name: Source | Entity | None
    kind: str
    entity: Entity | None = None
    plural: bool = False
    gender: str = ""
    group: bool = False

    @property
    def joint(self) -> bool:
        """True for two who speak together: "Ada Lind and the council"; false for one body, however it is called."""
        name = self.name
        return name is None or any(word.low == "and" for word in name.tokens[name.first : name.past])

    @property
    def pronouns(self) -> tuple[str, ...]:
        """The pronouns that may stand for them from now on."""
        if self.name is None:
            return ()
        if self.plural:
            return ("they", "it") if self.kind == ORGANISATION and not self.joint else ("they",)
        if self.kind in (ORGANISATION, PAPER):
            return ("it",)
        if self.group:
            return ("it", "they")
        gender = self.entity.gender if self.entity else self.gender
        if not gender and isinstance(self.name, Source) and self.name.head.endswith("person"):
            return (HE, SHE, "they")  # "A spokesperson said … They added"
        titles = self.entity.roles if self.entity is not None and not gender else ()
        if any(word.endswith("person") for _, words in titles for word in words):
            return (HE, SHE, "they")  # "Cy Moss, a spokesperson, said … They added"
        return (gender,) if gender else (HE, SHE)


class Focus:
    """Remembers, in one document, who is spoken of."""

    def __init__(self, units: Units, attributions: Attributions, people: People) -> None:
        self.units = units
        self.attributions = attributions
        self.people = people
        self.roles = Roles(people)
        self.silent: set[int] = set()  # units that lead up to another's text, by number
        self.said: dict[int, list[Speaker]] = {}  # who spoke the passages of a unit, by its number
        self._found: dict[int, list[Attribution]] = {}
        self._reported: dict[int, Speaker | str | None] = {}
        self._spoken_of: dict[int, list[Speaker | str | None]] = {}

    def found(self, unit: Unit) -> list[Attribution]:
        """Return the attributions of a unit."""
        if unit.number not in self._found:
            self._found[unit.number] = self.attributions.find(unit.tokens)
        return self._found[unit.number]

    def main(self, unit: Unit) -> Attribution | None:
        """Return the first attribution of a unit by a finite verb or "according to", or one that closes it.

        "Norland accused the miners of theft, the ministry said" is the ministry's.
        """
        told = [attribution for attribution in self.found(unit) if attribution.kind != PARTICIPLE]
        if len(told) > 1 and self._closes(told[-1], unit):
            return told[-1]
        return told[0] if told else None

    def _closes(self, attribution: Attribution, unit: Unit) -> bool:
        """Tell whether an attribution by subject and verb stands behind the comma that ends what was said."""
        source, first = attribution.source, attribution.first
        if attribution.kind != SAY or attribution.weak or source.past != attribution.cue:
            return False
        carried = not self.people.phrases.outlets.isdisjoint(source.words)  # "…, Reuters reported"
        return not carried and first > 0 and unit.tokens[first - 1].text == ","

    def subject(self, unit: Unit) -> Source | None:
        """Return whom or what a unit's sentence is about."""
        return next(filter(None, self.subjects(unit)), None)

    def subjects(self, unit: Unit) -> list[Source | None]:
        """Return the subjects of a unit's main clause and of the clause that may stand before it ("While …, …")."""
        if unit.headline:
            return []
        tokens, phrases = unit.tokens, self.attributions.phrases
        clauses = [(0, len(tokens))]
        if tokens and tokens[0].low in phrases.subordinators:
            comma = next((index for index, token in enumerate(tokens) if token.text == ","), None)
            if comma is not None:
                clauses = [(comma + 1, len(tokens)), (0, comma)]
        found = [phrases.first(tokens, start, end) for start, end in clauses]
        return [subject if subject is not None and self._may_be_meant(subject) else None for subject in found]

    def _may_be_meant(self, subject: Source) -> bool:
        """Tell whether a pronoun may point to a subject: one known, or somebody unnamed ("a soldier")."""
        unnamed = subject.kind == SOMEONE and self.people.phrases.is_human(subject.head)
        phrases = self.people.phrases
        role = subject.kind == ROLE and (subject.head in phrases.roles or phrases.is_group(subject.head))
        return unnamed or role or self.is_known(subject)

    def is_known(self, source: Source) -> bool:
        """Tell whether a source is a pronoun, an organisation or a name, rather than a word that begins a sentence."""
        if source.kind == PERSON:
            return len(source.words) > 1 or self.people.person(source) is not None
        return source.kind in (ORGANISATION, PRONOUN)

    def named(self, source: Source) -> Speaker:
        """Return who is meant by a name or by a phrase that names nobody."""
        if source.kind == PERSON:
            entity = self.people.person(source)
            return Speaker(entity or source, PERSON, entity)
        phrases = self.people.phrases
        gender = HE if source.head in phrases.men else SHE if source.head in phrases.women else ""
        group = source.kind in (ROLE, SOMEONE) and phrases.is_group(source.head)
        shown = source if phrases.is_shown(source) else None
        return Speaker(shown, source.kind, plural=source.plural, gender=gender, group=group)

    def meant(self, pronoun: str, unit: Unit) -> Speaker | None:
        """Return whom a pronoun in `unit` means, after what was said there so far: the last one it fits."""
        paragraph, number = unit.paragraph, unit.number
        back = 1 if pronoun == "it" and self._is_outlet(self.subject(unit)) else _SENTENCES
        for at in range(number, max(-1, number - back), -1):
            earlier = self.units[at]
            if paragraph - earlier.paragraph > _PARAGRAPHS:
                return None
            for spoken_of in self._backwards(earlier, whole=at < number, near=at == number - 1):
                if isinstance(spoken_of, Speaker):
                    passed = spoken_of.kind == SOMEONE and at < number and self._objects(earlier, pronoun)
                    if pronoun in spoken_of.pronouns and not passed:
                        return spoken_of
                elif spoken_of == pronoun:
                    paragraph = earlier.paragraph
                    if at < number and self._is_according(earlier):
                        break  # "According to her, Ashton will pay.": she is nobody else there
            if at == number - 1 and (other := self._otherwise(pronoun, earlier)) is not None:
                return other
        return None

    def _is_according(self, unit: Unit) -> bool:
        """Tell whether a unit's main attribution is "according to", so that its own subject is spoken of."""
        main = self.main(unit)
        return main is not None and main.kind == ACCORDING

    def _objects(self, unit: Unit, pronoun: str) -> bool:
        """Tell whether a unit has the pronoun as an object: "she" is not the colonel who "asked her to go"."""
        word, tokens = self.attributions.phrases.objects.get(pronoun), unit.tokens
        return any(
            token.low == word
            and (after := tokens[index + 1] if index + 1 < len(tokens) else None) is not None
            and (after.preposition or after.boundary or after.kind == MARK)
            for index, token in enumerate(tokens)
        )

    def _otherwise(self, pronoun: str, unit: Unit) -> Speaker | None:
        """Return whom a pronoun means that fits none of those the sentence before is about.

        That is the only person of that gender (or body) there, unless they are spoken of with a pronoun there, too.
        """
        pronouns = self.attributions.phrases.canon
        if any(pronouns.get(token.bare) == pronoun or token.low in ("his", "her") for token in unit.tokens):
            return None
        if pronoun == "it":
            body = self.people.only_body(unit)
            return None if body is None else Speaker(body, ORGANISATION, body)
        named = {id(entity): entity for entity in self.people.named(unit) if entity.gender == pronoun}
        only = next(iter(named.values())) if len(named) == 1 else None
        return None if only is None else Speaker(only, PERSON, only)

    def _backwards(self, unit: Unit, *, whole: bool, near: bool) -> Iterator[Speaker | str | None]:
        """Yield who is spoken of in a unit, the surest first, pronouns as they are.

        `whole`: its main attribution, too; `near`: also who is introduced there.
        """
        if unit.number in self.silent:
            return
        if whole:
            reported = self._speaking(unit)
            yield reported
            if (
                isinstance(reported, Speaker) and reported.kind == ORGANISATION
            ):  # "Reuters reports that an official said"
                yield from (self._kept(attribution.source) for attribution in self.found(unit)[1:])
        yield from reversed(self.said.get(unit.number, ()))
        if unit.number not in self._spoken_of:
            self._spoken_of[unit.number] = [
                None if s is None or (s.kind == ORGANISATION and self._is_outlet(s)) else self._kept(s)
                for s in self.subjects(unit)
            ]
        subjects = self._spoken_of[unit.number]
        # Somebody unnamed is soon forgotten: "When a reporter asked, he smiled."
        of_all = [None if isinstance(item, Speaker) and item.kind == SOMEONE else item for item in subjects]
        yield from subjects[:1] if near else of_all[:1]
        if near and subjects and subjects[0] is None and (owner := self._whose(unit)) is not None:
            yield owner
        if near and (introduced := self.people.introduced(unit)) is not None:
            yield Speaker(introduced, PERSON, introduced)
        yield from of_all[1:]

    def _is_outlet(self, subject: Source | None) -> bool:
        """Tell whether a sentence is about an outlet: "it" is not the one in "CNN has asked the army about it"."""
        organisation = subject is not None and subject.kind == ORGANISATION
        return organisation and subject is not None and not self.people.phrases.outlets.isdisjoint(subject.words)

    def _whose(self, unit: Unit) -> Speaker | None:
        """Return the person whose thing opens a unit: "Lind’s words were no friendlier", "In Lind’s room is …"."""
        tokens = unit.tokens
        at = next((index for index, token in enumerate(tokens[:_OPENING]) if token.possessive), -1)
        start = int(bool(tokens) and tokens[0].preposition)
        if at < start or not all(token.capital for token in tokens[start : at + 1]):
            return None
        source = self.people.phrases.source(tokens, start, at + 1, at + 1)
        if source is None or source.kind != PERSON or not self.is_known(source):
            return None
        return self.named(source)

    def _speaking(self, unit: Unit) -> Speaker | str | None:
        """Return whom a unit's main attribution is of, or who was asked there."""
        if unit.number not in self._reported:
            main = self.main(unit)
            reported = self._kept(main.source if main else None)
            if main is not None and (asked := self._asked(unit, main)) is not None:
                reported = asked
            elif isinstance(reported, Speaker) and reported.kind == SOMEONE and self._is_aside(unit):
                reported = None
            if reported is not None and (cited := self.cited(unit)) is not None:
                reported = cited
            self._reported[unit.number] = reported
        return self._reported[unit.number]

    def cited(self, unit: Unit) -> Speaker | None:
        """Return the person whom an outlet cites there: "повідомляє агентство з посиланням на мера Лінд"."""
        words = self.attributions.cited
        at = next((index for index, token in enumerate(unit.tokens) if token.low in words), None) if words else None
        if at is None:
            return None
        behind = [who for who in self.people.named(unit) if who.kind == PERSON and self._stands_behind(who, unit, at)]
        return Speaker(behind[0], PERSON, behind[0]) if len(behind) == 1 else None

    def _stands_behind(self, entity: Entity, unit: Unit, index: int) -> bool:
        place = unit.tokens.order + index
        return any(place < mention < unit.tokens.order + len(unit.tokens) for mention in entity.mentions)

    def _asked(self, unit: Unit, main: Attribution) -> Speaker | str | None:
        """Return who was asked a question, and so speaks next: "A reporter asked Ada Lind about the bridge."."""
        tokens, start = unit.tokens, main.cue + 1
        if tokens[main.cue].low not in self.attributions.asking:
            return None
        end = self.attributions.right_limit(tokens, start)
        spoken_to = self.attributions.phrases.right(tokens, start, end) if end > start else None
        if spoken_to is None or spoken_to.kind not in (PERSON, ROLE):
            return None
        asks = any(token.low in self.attributions.questions for token in tokens[start : end + 1])
        return self._kept(spoken_to) if asks else None

    def _is_aside(self, unit: Unit) -> bool:
        """Tell whether a unit begins with a clause that only leads up to the main one: "When a reporter asked, …"."""
        return bool(unit.tokens) and unit.tokens[0].low in self.attributions.phrases.subordinators

    def names(self, source: Source) -> bool:
        """Tell whether a source is more than a word that begins a sentence and stands in small letters elsewhere."""
        if source.kind != PERSON or len(source.words) != 1 or not self.units.hold(source.words[0]):
            return source.kind in (PERSON, ORGANISATION, SOMEONE)
        return self.is_known(source)

    def _kept(self, source: Source | None) -> Speaker | str | None:
        """Return what to remember of a source: whom it names, or the pronoun."""
        if source is None:
            return None
        if source.kind == PRONOUN:
            return source.head
        if source.kind != ROLE:
            return self.named(source) if self.names(source) else None
        if source.head in self.people.phrases.roles:
            person = self.roles.bearer(source)
            if person is None and not self.people.phrases.former.isdisjoint(source.words):
                return self.named(source)  # "the former governor", whoever that is, goes on: "he wrote"
            return None if person is None else Speaker(person, PERSON, person)
        organisation = self.people.organisation(source)
        return self.named(source) if organisation is None else Speaker(organisation, ORGANISATION, organisation)
