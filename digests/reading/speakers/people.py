"""Who is named in an article: full names with the short ones that mean them, organisations.

Each name is looked for when it is first asked for, and only in the sentences that hold it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from digests.reading.speakers.entities import HE, SHE, Entities, Entity
from digests.reading.speakers.lexicon import WORD, stem
from digests.reading.speakers.runs import around, capitalised, complement
from digests.reading.speakers.sources import ORGANISATION, ROLE, SOMEONE, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.speakers.phrases import Phrases
    from digests.reading.speakers.tokens import Tokens, Unit, Units

_OTHERS = {"his": HE, "her": SHE}  # for each possessive: the pronoun that may also be whom it introduces
_ORGANISATIONS_NEAR = 60  # organisations looked back at
_DESCRIBED_NEAR = 12  # sentences looked back for the fullest words for somebody not named
_BASE = 6  # words of such a description before its noun
_PATRONYMICS = ("ович", "евич", "йович", "овна", "евна", "івна", "ївна")
_NAMESAKES = 12  # different full names kept for one surname

_Run = tuple[int, int, str]  # capitalised words: their edges and the surname, "" of an organisation
_Short = tuple["Tokens", int, int, int]  # a name of one word: its unit, where its run begins, its own edges


class People:
    """The named persons and organisations of one document."""

    def __init__(self, phrases: Phrases, units: Units) -> None:
        self.phrases = phrases
        self.units = units
        self.entities = Entities(phrases)
        self._persons: dict[str, list[Entity]] = {}  # by surname
        self._by_place: dict[int, Entity] = {}
        self._by_noun: dict[str, list[tuple[int, Entity]]] = {}
        self._by_first_name: dict[str, Entity | None] = {}
        self._runs: dict[int, list[_Run]] = {}  # by the unit's number

    def person(self, source: Source) -> Entity | None:
        """Return the person whom a name means, by its surname and, if there, first name."""
        unit = self.units[source.tokens.number]
        tokens = unit.tokens
        if not unit.headline and tokens[source.first].capital:
            surname = self.surname(tokens, *around(tokens, source.first))
            if surname:  # the name at this place may go on behind the source
                self.called(surname)
        entities = self.called(source.head)
        known = self._by_place.get(source.order)
        if known is not None:
            given = len(known.words) == 1 or _is_patronymic(known.words)
            return (self._familiar(known.words[0]) or known) if given else known
        gender = self.entities.gender(frozenset(source.words), source.words)
        return self._full(source.head, source.order, gender) or (entities[0] if entities else None)

    def _familiar(self, name: str) -> Entity | None:
        """Return the one person in full whom a first name by itself means: Ada is Ada Lind."""
        if name not in self._by_first_name:
            surnames = {
                surname
                for unit in self.units.holding(name)
                for at, token in enumerate(unit.tokens)
                if token.bare == name and token.capital and not unit.headline
                if at + 1 < (run := around(unit.tokens, at))[1]
                if (surname := self.surname(unit.tokens, *run)) and surname != name
            }
            full = {
                id(e): e
                for surname in surnames
                for e in self.called(surname)
                if e.words[0] == name and not _is_patronymic(e.words)
            }
            self._by_first_name[name] = next(iter(full.values())) if len(full) == 1 else None
        return self._by_first_name[name]

    def is_surname(self, word: str) -> bool:
        """Tell whether anybody in the document is called by this surname, in small letters."""
        return bool(self.called(word))

    def named(self, unit: Unit) -> Iterator[Entity]:
        """Yield the persons whom a unit names, in order."""
        for first, past, surname in self._runs_in(unit):
            if surname and (entity := self._at(unit.tokens, first, past, surname)) is not None:
                yield entity

    def only_body(self, unit: Unit) -> Entity | None:
        """Return the organisation that a unit names, if it names no other and no state; no addressee."""
        bodies: list[Entity] = []
        for first, past, surname in self._runs_in(unit):
            found = None if surname else self.entities.organisation(unit.tokens, first, past)
            titled = past < len(unit.tokens) and (unit.tokens[past].title or unit.tokens[past].human)
            told = first and unit.tokens[first - 1].verb
            if found is not None and not titled and not told:  # "Harbour Council spokesman", "told Harbour Wire"
                bodies.append(found[1])
        only = bodies[0] if len(bodies) == 1 else None
        named = only is not None and (only.past - only.first > 1 or only.tokens[only.first].text.isupper())
        return only if named and only is not None and only.words[-1] not in self.phrases.countries else None

    def introduced(self, unit: Unit) -> Entity | None:
        """Return the person a unit names last, in full, for the first time and with a description behind a comma."""
        tokens = unit.tokens
        for first, past, surname in reversed(self._runs_in(unit)):
            if surname and past - first > 1 and past + 1 < len(tokens) and tokens[past].text == ",":
                relative = tokens[past + 1].low == "who"
                if tokens[past + 1].capital or (tokens[past + 1].low in self.phrases.pronouns and not relative):
                    return None
                entity = self._at(tokens, first, past, surname)
                whose = tokens[first - 2].low if first > 1 else ""
                if entity is not None and whose in _OTHERS and entity.gender in ("", _OTHERS[whose]):
                    return None  # "his father Ivan Holub, 61": he may be either
                new = entity is not None and entity.mentions[0] >= tokens.order
                return entity if new and entity is not None and (relative or entity.roles) else None
        return None

    def _at(self, tokens: Tokens, first: int, past: int, surname: str) -> Entity | None:
        self.called(surname)
        places = range(tokens.order + first, tokens.order + past)
        return next((self._by_place[place] for place in places if place in self._by_place), None)

    def organisation(self, source: Source) -> Entity | None:
        """Return the organisation whom "the ministry" means: the last one named with that noun."""
        wanted = set(source.words) - self.phrases.determiners
        known = self._organisations(source.head)
        number = bisect_right(known, source.order, key=lambda item: item[0])
        for place, entity in reversed(known[max(0, number - _ORGANISATIONS_NEAR) : number]):
            if wanted <= set(entity.words) and place < source.order:
                return entity
        return None

    def described(self, source: Source) -> Source | None:
        """Return the fullest words for whom "the official" means, who is not named: "one Western official".

        "One official" is one of those spoken of before: "Western officials".
        """
        among = source.is_one or self.phrases.is_human(source.head)  # "the union" is none of "the other unions"
        wanted = (source.head, source.head + "s") if among else (source.head,)
        holding = self.units.holding(source.head)
        past = bisect_right(holding, source.tokens.number, key=lambda unit: unit.number)
        for unit in reversed(holding[max(0, past - _DESCRIBED_NEAR) : past]):
            tokens, phrases = unit.tokens, self.phrases
            if source.tokens.number - unit.number > _DESCRIBED_NEAR:
                return None
            for index in range(len(tokens) - 1, -1, -1):
                if tokens[index].bare not in wanted or tokens.order + index >= source.order:
                    continue
                for first, past, _ in phrases.bases(tokens, max(0, index - _BASE), index + 1):
                    found = phrases.source(tokens, first, past, complement(tokens, past)) if past == index + 1 else None
                    if found and found.kind in (ROLE, SOMEONE) and (len(found.words) > 1 or found.past > past):
                        return found
        return None

    # ------------------------------------------------------------------------------------ names, as asked for

    def _runs_in(self, unit: Unit) -> list[_Run]:
        """Return the capitalised words of a unit that may be names."""
        if unit.number not in self._runs:
            self._runs[unit.number] = [
                (first, past, surname)
                for first, past in (() if unit.headline else capitalised(unit.tokens))
                if (surname := self.surname(unit.tokens, first, past)) is not None
            ]
        return self._runs[unit.number]

    def surname(self, tokens: Tokens, first: int, past: int) -> str | None:
        """Return the surname in a run of capitalised words, "" for an organisation; None if they can name nobody."""
        phrases, last = self.phrases, tokens[past - 1]
        lone = past - first == 1
        if (last.lone_organisation if lone else phrases.is_organisation(tokens[first:past])) or (
            (last.possessive or (first and tokens[first - 1].low in phrases.articles))
            and past < len(tokens)
            and tokens[past].organisation
        ):  # "Norland's army", "the Norland army"
            return ""
        if lone and not phrases.articles and last.stem in phrases.org_stems:
            return ""  # "голова Ради"
        named = (not lone or last.lone_name) and not phrases.is_region(tokens, past)
        return phrases.surname(tokens, first, past) if named else None

    def _plain_bodies(self, noun: str, unit: Unit) -> Iterator[tuple[int, Entity]]:
        """Yield the bodies of a unit told by their country or owner: "Norland’s home ministry"."""
        tokens = unit.tokens
        for index, token in enumerate(tokens):
            if token.bare != noun or token.capital:
                continue
            start = index
            while start and index - start < _BASE and tokens[start - 1].kind == WORD and not tokens[start - 1].boundary:
                start -= 1
                if tokens[start].capital and (tokens[start].possessive or tokens[start].bare in self.phrases.countries):
                    words = tuple(word.bare for word in tokens[start : index + 1])
                    yield tokens.order + start, Entity(tokens, start, index + 1, words, ORGANISATION)
                    break

    def _organisations(self, noun: str) -> list[tuple[int, Entity]]:
        """Return the organisations in the sentences that hold a noun, in the order of the text, with where."""
        if noun not in self._by_noun:
            found = [
                body
                for unit in self.units.holding(noun)
                for first, past, surname in self._runs_in(unit)
                if not surname and (body := self.entities.organisation(unit.tokens, first, past)) is not None
            ]
            plain = [body for unit in self.units.holding(noun) for body in self._plain_bodies(noun, unit)]
            self._by_noun[noun] = sorted((*found, *plain), key=lambda item: item[0])
        return self._by_noun[noun]

    def called(self, surname: str) -> list[Entity]:
        """Return the persons of a surname: full names are taken in first, then short ones tied to them."""
        if surname not in self._persons:
            persons = self._persons[surname] = []
            short: list[_Short] = []
            for unit in self.units.holding(surname):
                tokens, past = unit.tokens, 0
                for index in [at for at, token in enumerate(tokens) if token.capital and token.stem == surname]:
                    if index < past or unit.headline:
                        continue
                    first, past = around(tokens, index)
                    if self.surname(tokens, first, past) == surname:
                        self._take(tokens, first, past, persons, short)
            # A word that only ever begins sentences is no name.
            known = any(low or tokens[low].first_name for tokens, _, low, _ in short)
            for tokens, first, low, high in short:
                if known or persons:
                    self._tie(tokens, (first, low, high), surname, known=known)
        return self._persons[surname]

    def _take(self, tokens: Tokens, first: int, past: int, persons: list[Entity], short: list[_Short]) -> None:
        phrases = self.phrases
        name = phrases.person(tokens, first, past)
        if name is None:
            return
        low, high = name
        surname = phrases.surname(tokens, low, high)
        if high - low == 1 and (
            surname in phrases.country_stems or surname in phrases.not_names or surname in phrases.org_known
        ):
            return
        if high - low == 1 or sum(token.low not in phrases.suffixes for token in tokens[low:high]) <= 1:
            short.append((tokens, first, low, high))
            return
        described = self.entities.described(tokens, first, low, high)
        entity = self.entities.person(tokens, low, high, described)
        words, place = entity.words, tokens.order + low
        for known in persons:
            if _same(known.words, words):
                shouted = known.tokens[known.past - 1].text.isupper() and not tokens[high - 1].text.isupper()
                if self._fuller(words, known.words) or (shouted and len(words) >= len(known.words)):
                    known.words, known.tokens, known.first, known.past = words, tokens, low, high
                known.gender = known.gender or entity.gender
                entity = known
                break
        else:
            if len(persons) < _NAMESAKES:
                persons.append(entity)
        self._note(entity, place, described)

    def _tie(self, tokens: Tokens, run: tuple[int, int, int], surname: str, *, known: bool) -> None:
        first, low, high = run
        place = tokens.order + low
        described = self.entities.described(tokens, first, low, high)
        gender = self.entities.gender(described, self.entities.words(tokens, low, high))
        full = self._full(surname, place, gender)
        if full is None:
            if not known:
                return
            namesakes = self._persons[surname]
            full = next((other for other in namesakes if len(other.words) == 1), None)
            if full is None:
                full = self.entities.person(tokens, low, high, described)
                namesakes.append(full)
        full.gender = full.gender or gender
        self._note(full, place, described)

    def _note(self, entity: Entity, place: int, described: frozenset[str]) -> None:
        entity.mentions.append(place)
        self._by_place[place] = entity
        if described:
            entity.roles.append((place, described))

    def _fuller(self, words: tuple[str, ...], than: tuple[str, ...]) -> bool:
        """Tell whether a name is the better one to show: longer, or its first name in the nominative."""
        if len(words) > 4 or any(word in self.phrases.roles for word in words):
            return False
        nominative = words[0] in self.phrases.first_names and than[0] not in self.phrases.first_names
        return len(words) > len(than) or (nominative and len(words) == len(than))

    def _full(self, surname: str, position: int, gender: str = "") -> Entity | None:
        candidates = [
            entity
            for entity in self.called(surname)
            if len(entity.words) > 1 and (not gender or not entity.gender or entity.gender == gender)
        ]
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        return max(
            candidates,
            key=lambda entity: (
                entity.words[0] in self.phrases.first_names,
                len(entity.mentions),
                entity.mentions[0] <= position,
            ),
        )


def _is_patronymic(words: tuple[str, ...]) -> bool:
    """Tell whether a name is a given name and a patronymic: "Ольга Іванівна"."""
    return len(words) == 2 and words[1].endswith(_PATRONYMICS)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two full names with the same last word are one person's: first names equal or an initial."""
    a, b = stem(one[0]), stem(other[0])
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) or set(one) <= set(other) or set(other) <= set(one)
