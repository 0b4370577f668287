"""Who is named in an article: full names, their titles and gender, and the organisations."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.speakers.lexicon import WORD, Word
from digests.reading.speakers.sources import ORGANISATION, PERSON, Source, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.reading.speakers.phrases import Phrases
    from digests.reading.speakers.tokens import Tokens, Unit

HE, SHE = "he", "she"
_NEAR = 12  # holders of a role looked at on either side
_ORGANISATIONS_NEAR = 60  # organisations looked back at
_ROLE_REACH = 450  # tokens: so far back "the governor" still means the last governor named
_NAMESAKES = 12  # different full names kept for one surname
_TITLE_REACH = 9  # tokens looked at for a title on either side of a name


@dataclass(slots=True)
class Entity:
    """One person or organisation: its fullest name ``tokens[first:past]``, and what it is called where.

    Places are counted in tokens of the document.
    """

    tokens: Tokens
    first: int
    past: int
    words: tuple[str, ...]
    kind: str
    gender: str = ""
    mentions: list[int] = field(default_factory=list)
    roles: list[tuple[int, frozenset[str]]] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """The stretch of the text its fullest name covers."""
        start, end = self.tokens.over(self.first, self.past)
        return Span(start, end - 2 if self.tokens[self.past - 1].possessive and self.kind == PERSON else end)


_Run = tuple["Tokens", int, int]  # capitalised words: their unit and edges
_Short = tuple["Tokens", int, int, int]  # a name of one word: its unit, where its run begins, its own edges
_Holder = tuple[int, frozenset[str], Entity]  # where, described how, who


class People:
    """An index of the named persons and organisations of one document."""

    def __init__(self, phrases: Phrases, units: Sequence[Unit]) -> None:
        self.phrases = phrases
        self.by_surname: dict[str, list[Entity]] = {}
        self.by_position: dict[int, Entity] = {}
        self._names: dict[str, list[_Run]] = {}  # not yet taken in, by surname
        self._organisations: list[_Run] = []
        self._places: list[int] = []  # where the runs of names begin
        self._surnames: list[str] = []  # … and their surnames
        for unit in units:
            if not unit.headline:
                self._gather(unit.tokens)

    def _gather(self, tokens: Tokens) -> None:
        """Set aside the capitalised words of a unit, organisations and names apart."""
        phrases = self.phrases
        for first, past in _runs(tokens):
            last = tokens[past - 1]
            lone = past - first == 1
            if (last.lone_organisation if lone else phrases.is_organisation(tokens[first:past])) or (
                last.possessive and past < len(tokens) and tokens[past].organisation
            ):
                self._organisations.append((tokens, first, past))
            elif not lone or last.lone_name:
                surname = phrases.surname(tokens, first, past)
                self._names.setdefault(surname, []).append((tokens, first, past))
                self._places.append(tokens.order + first)
                self._surnames.append(surname)

    def _known(self, surname: str) -> list[Entity]:
        """Return the persons of a surname, taking them in when first asked for: full names, then short ones."""
        runs = self._names.pop(surname, None)
        if runs is not None:
            self.by_surname[surname] = []
            short: list[_Short] = []
            for tokens, first, past in runs:
                self._take(tokens, first, past, short)
            # A word that only ever begins sentences is no name.
            known = surname in self.phrases.first_names or any(low for _, _, low, _ in short)
            for tokens, first, low, high in short:
                if known or self.by_surname[surname]:
                    self._tie(tokens, (first, low, high), surname, known=known)
        return self.by_surname.get(surname, [])

    def is_surname(self, word: str) -> bool:
        """Tell whether anybody in the document is called by this surname, in small letters."""
        return bool(self._known(word))

    @cached_property
    def by_role(self) -> dict[str, list[_Holder]]:
        """Those described by each noun, in the order of the text."""
        found: dict[str, list[_Holder]] = {}
        for surname in [*self.by_surname, *self._names]:
            for entity in self._known(surname):
                for position, described in entity.roles:
                    for role in described & self.phrases.roles:
                        found.setdefault(role, []).append((position, described, entity))
        for holders in found.values():
            holders.sort(key=lambda item: item[0])
        return found

    @cached_property
    def organisations(self) -> list[tuple[int, Entity]]:
        """The organisations named, in the order of the text, with where."""
        return [found for run in self._organisations if (found := self._organisation(*run)) is not None]

    def _tie(self, tokens: Tokens, run: tuple[int, int, int], surname: str, *, known: bool) -> None:
        first, low, high = run
        position = tokens.order + low
        described = self._described(tokens, first, low, high)
        entity = self._entity(tokens, low, high, described)
        full = self._full(surname, position, entity.gender)
        if full is None:
            if not known:
                return
            namesakes = self.by_surname[surname]
            full = next((other for other in namesakes if len(other.words) == 1), entity)
            if full is entity:
                namesakes.append(entity)
        full.mentions.append(position)
        self.by_position[position] = full
        full.gender = full.gender or entity.gender
        if described:
            full.roles.append((position, described))

    def _entity(self, tokens: Tokens, low: int, high: int, described: frozenset[str]) -> Entity:
        suffixes = self.phrases.suffixes
        words = tuple(token.bare for token in tokens[low:high] if token.low not in suffixes)
        words = words or (self.phrases.surname(tokens, low, high),)
        return Entity(tokens, low, high, words, PERSON, self._gender(described, words))

    def _take(self, tokens: Tokens, first: int, past: int, short: list[_Short]) -> None:
        phrases = self.phrases
        name = phrases.person(tokens, first, past)
        if name is None:
            return
        low, high = name
        surname = phrases.surname(tokens, low, high)
        if high - low == 1 and (
            surname in phrases.countries or surname in phrases.not_names or surname in phrases.org_known
        ):
            return
        if sum(token.low not in phrases.suffixes for token in tokens[low:high]) <= 1:
            short.append((tokens, first, low, high))
            return
        described = self._described(tokens, first, low, high)
        entity = self._entity(tokens, low, high, described)
        words, position = entity.words, tokens.order + low
        for known in self.by_surname[surname]:
            if _same(known.words, words):
                if self._fuller(words, known.words):
                    known.words, known.tokens, known.first, known.past = words, tokens, low, high
                known.gender = known.gender or entity.gender
                entity = known
                break
        else:
            if len(self.by_surname[surname]) < _NAMESAKES:
                self.by_surname[surname].append(entity)
        entity.mentions.append(position)
        self.by_position[position] = entity
        if described:
            entity.roles.append((position, described))

    def _fuller(self, words: tuple[str, ...], than: tuple[str, ...]) -> bool:
        """Tell whether a name is the better one to show: longer, or its first name in the nominative."""
        if len(words) > 4 or any(word in self.phrases.roles for word in words):
            return False
        nominative = words[0] in self.phrases.first_names and than[0] not in self.phrases.first_names
        return len(words) > len(than) or (nominative and len(words) == len(than))

    def _described(self, tokens: Tokens, first: int, low: int, high: int) -> frozenset[str]:
        """Collect the words that say what a person is: titles before the name, an apposition before or after it."""
        words = {token.bare for token in tokens[first:low]}
        words |= self._title_before(tokens, first)
        if not tokens[high - 1].possessive:
            words |= self._apposition_after(tokens, high)
        words -= self.phrases.articles
        return frozenset(words) if words & self.phrases.titles or words & self.phrases.roles else frozenset()

    def _title_before(self, tokens: Tokens, first: int) -> set[str]:
        """Read "the regional governor" before a name, or "the governor for the area" before its comma."""
        phrases = self.phrases
        comma = first > 0 and tokens[first - 1].text == ","
        start = end = first - 1 if comma else first
        while start > 0 and end - start < _TITLE_REACH:
            token = tokens[start - 1]
            if token.kind != WORD or token.boundary:
                break
            if not comma and not self._belongs_to_title(token):
                break
            start -= 1
            if token.low in phrases.determiners and not (start and tokens[start - 1].preposition):
                break
        if comma and not (start < end and tokens[start].low in phrases.determiners | phrases.roles):
            return set()
        return {token.bare for token in tokens[start:end]}

    def _belongs_to_title(self, token: Word) -> bool:
        phrases = self.phrases
        word = token.bare
        return (
            token.possessive
            or word in phrases.titles
            or word in phrases.roles
            or word in phrases.org_nouns
            or word in phrases.countries
            or word in phrases.determiners
            or word.endswith(phrases.adjectives)
        )

    def _apposition_after(self, tokens: Tokens, high: int) -> set[str]:
        """Read ", the governor of the region," behind a name; it must end as an apposition does."""
        if high >= len(tokens) or tokens[high].text != ",":
            return set()
        words: set[str] = set()
        for index in range(high + 1, min(len(tokens), high + 2 + _TITLE_REACH)):
            token = tokens[index]
            if token.kind != WORD:
                return words if token.text in ",—–-;" else set()
            if token.boundary:
                return words if token.low in ("who", "and", "whose") else set()
            words.add(token.bare)
        return words if high + 2 + _TITLE_REACH > len(tokens) else set()

    def _gender(self, described: frozenset[str], words: tuple[str, ...]) -> str:
        if described & self.phrases.female:
            return SHE
        if described & self.phrases.male:
            return HE
        if len(words) > 1:
            return self._gender_of(words[0])
        # A lone "Scott" or "Clinton" may be a surname; a lone "Melanie" hardly is.
        return SHE if words and words[0] in self.phrases.girls and words[0] not in self.phrases.boys else ""

    def _gender_of(self, name: str) -> str:
        """Tell the gender of a first name, also in a Slavic case: "Олени" is Олена, "Івана" is Іван."""
        girls, boys = self.phrases.girls, self.phrases.boys
        girl, boy = name in girls, name in boys
        if "а" <= name[0] <= "ґ" and len(name) > 3:
            girl = girl or (name[-1] in "иіыеуюїо" and (name[:-1] + "а" in girls or name[:-1] + "я" in girls))
            boy = boy or (name[-1] in "ауюя" and (name[:-1] in boys or name[:-1] + "й" in boys))
        return "" if girl == boy else SHE if girl else HE

    def _organisation(self, tokens: Tokens, first: int, past: int) -> tuple[int, Entity] | None:
        while past < len(tokens) and tokens[past].organisation:
            past += 1
        until = min(len(tokens), past + 8)
        source = self.phrases.source(tokens, first, past, until)
        if source is None or source.kind != ORGANISATION:
            return None
        begin = source.first
        while first > 0 and tokens[first - 1].capital and tokens[first - 1].possessive:
            begin = first = first - 1
        words = tuple(token.bare for token in tokens[first:past])
        return tokens.order + begin, Entity(tokens, begin, source.past, words, ORGANISATION)

    # ---------------------------------------------------------------------------------------------- answers

    def _full(self, surname: str, position: int, gender: str = "") -> Entity | None:
        candidates = [
            entity
            for entity in self._known(surname)
            if len(entity.words) > 1 and (not gender or not entity.gender or entity.gender == gender)
        ]
        if not candidates:
            return None
        return max(
            candidates,
            key=lambda entity: (
                entity.words[0] in self.phrases.first_names,
                len(entity.mentions),
                entity.mentions[0] <= position,
            ),
        )

    def person(self, source: Source) -> Entity | None:
        """Return the person whom a name means, by its surname and, if there, first name."""
        self._known(source.head)
        run = bisect_right(self._places, source.order) - 1
        if run >= 0:  # the name at this place may go on behind the source
            self._known(self._surnames[run])
        known = self.by_position.get(source.order)
        if known is not None:
            return known
        gender = self._gender(frozenset(source.words), source.words)
        entities = self._known(source.head)
        return self._full(source.head, source.order, gender) or (entities[0] if entities else None)

    def role(self, source: Source) -> Entity | None:
        """Return the named person whom "the governor" means: the last one so called, if that is clear."""
        modifiers = frozenset(source.words) - {source.head} - self.phrases.determiners - {"former", "then"}
        known = self.by_role.get(source.head, [])
        number = bisect_right(known, source.order, key=lambda item: item[0])
        near = known[max(0, number - _NEAR) : number + _NEAR]
        fitting = self._fitting(near, modifiers)
        before = [item for item in fitting if item[0] <= source.order]
        if before:
            position, _, recent = before[-1]
            clear = modifiers or len({id(item[2]) for item in before[-3:]}) == 1
            return recent if clear or source.order - position < _ROLE_REACH else None
        return fitting[0][2] if len({id(item[2]) for item in fitting}) == 1 else None

    def _fitting(self, near: list[_Holder], modifiers: frozenset[str]) -> list[_Holder]:
        """Return those of `near` whom the modifiers describe: all of them, or some, never another country's."""
        found = [item for item in near if not (item[1] & self.phrases.lesser) - modifiers]
        exact = [item for item in found if modifiers <= item[1]]
        if exact or modifiers & self.phrases.countries:
            return exact
        return [item for item in found if modifiers & item[1]] if modifiers else found

    def organisation(self, source: Source) -> Entity | None:
        """Return the organisation whom "the ministry" means: the last one named with that noun."""
        wanted = set(source.words) - self.phrases.determiners
        number = bisect_right(self.organisations, source.order, key=lambda item: item[0])
        for place, entity in reversed(self.organisations[max(0, number - _ORGANISATIONS_NEAR) : number]):
            if wanted <= set(entity.words) and place < source.order:
                return entity
        return None


def _runs(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words, particles within them included; a possessive ends its run."""
    count, past = len(tokens), 0
    for start in [index for index, token in enumerate(tokens) if token.capital]:
        if start < past:
            continue
        past = start + 1
        while past < count and not tokens[past - 1].possessive:
            token = tokens[past]
            if not token.capital and not (token.particle and past + 1 < count and tokens[past + 1].capital):
                break
            past += 1
        yield start, past


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two full names with the same last word are one person's: first names equal or an initial."""
    a, b = stem(one[0]), stem(other[0])
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) or set(one) <= set(other) or set(other) <= set(one)
