"""Who bears a role: the person whom "the governor" means, by the titles and appositions beside names."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from digests.reading.organisations import countries_in
from digests.reading.speakers.entities import REACH, Entity
from digests.reading.speakers.proper_names import REGIONS
from digests.reading.speakers.runs import capitalised
from digests.reading.speakers.sources import PLACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.reading.speakers.people import People
    from digests.reading.speakers.sources import Source
    from digests.reading.speakers.tokens import Unit

_OF_PLACES = ("ської", "цької", "ской", "цкой", "ского", "цкого", "ського", "цького")
_NEAR = 12  # holders of a role looked at on either side
_REACH = 2500  # characters: so far back "the governor" still means the last governor named
_BEFORE = "predecessor"  # who is named so is the former governor, if nobody else is

_Holder = tuple[int, frozenset[str], Entity]  # where, described how, who


class Roles:
    """The roles of the persons of one document; each is looked for when it is first asked for."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._by_role: dict[str, list[_Holder]] = {}

    def bearer(self, source: Source) -> Entity | None:
        """Return the named person whom "the governor" means: the last one so called, if that is clear.

        Where nobody is, it may be somebody called by a role that means as much: "глава области", "губернатор".
        """
        found = self._so_called(source)
        for other in () if found else self.people.phrases.alike.get(source.head, ()):
            found = found or self._so_called(source._replace(head=other, words=(*source.words[:-1], other)))
        if found is None and not self.people.phrases.former.isdisjoint(source.words):
            before = {id(entity): entity for _, _, entity in self._holders(_BEFORE)}
            found = next(iter(before.values())) if len(before) == 1 else None
        return found or self._seated(source)

    def _seated(self, source: Source) -> Entity | None:
        """Return whom "the head of state" means: somebody with a title that such a head has, if one is named."""
        seat = next((word for word in source.words[:-1] if word in self.people.phrases.seats), None)
        for title in () if seat is None else self.people.phrases.seats[seat]:
            words = (*(word for word in source.words[:-1] if word != seat), title)
            if (found := self._so_called(source._replace(head=title, words=words))) is not None:
                return found
        return None

    def _so_called(self, source: Source) -> Entity | None:
        modifiers = frozenset(source.words[:-1]) - self.people.phrases.determiners - {"then"}
        known = self._holders(source.head)
        if source.head.startswith("spokes") and (whose := _whose(source)):  # of one body, not of another
            known = [item for item in known if whose & item[1]]
        number = bisect_right(known, source.order, key=lambda item: item[0])
        near = known[max(0, number - _NEAR) : number + _NEAR]
        if not self.people.phrases.former.isdisjoint(
            source.words
        ):  # "the former governor" is none who is called the governor
            near = [item for item in near if not self.people.phrases.former.isdisjoint(item[1])]
        fitting = self._fitting(near, modifiers, source.head)
        before = [item for item in fitting if item[0] <= source.order]
        if before:
            position, _, recent = before[-1]
            clear = modifiers or len({id(item[2]) for item in before[-3:]}) == 1
            return recent if clear or source.order - position < _REACH else None
        return fitting[0][2] if len({id(item[2]) for item in fitting}) == 1 else None

    def _fitting(self, near: list[_Holder], modifiers: frozenset[str], head: str) -> list[_Holder]:
        """Return those of `near` whom the modifiers describe: all of them, or some, never another country's."""
        lesser = self.people.phrases.lesser - ({head} & self.people.phrases.titles)  # "the deputy" is one
        found = [item for item in near if not (item[1] & lesser) - modifiers]
        exact = [item for item in found if modifiers <= item[1] or self._fit(modifiers, item[1])]
        if not exact and (nations := self._nations(modifiers)):  # "the Iranian minister" is "Iran’s minister"
            rest = modifiers - self.people.phrases.countries
            exact = [item for item in found if rest <= item[1] and nations <= self._nations(item[1])]
        if exact or modifiers & self.people.phrases.countries:
            return exact
        return [item for item in found if modifiers & item[1]] if modifiers else found

    def _nations(self, words: frozenset[str]) -> frozenset[str]:
        """Return the countries that words of a description name, as ISO 3166 has them where that is known."""
        named = words & self.people.phrases.countries
        return frozenset().union(*(countries_in(word) or (word,) for word in named))

    def _fit(self, modifiers: frozenset[str], described: frozenset[str]) -> bool:
        """Tell whether what is not among the words of a description means one: ОВА is ХОВА, ДніпроОВА.

        So does an adjective of a place in another case, and the place: "тольмский", "Тольмы" is "Тольмской области".
        """
        initials = self.people.phrases.initials
        return all(
            (word in initials and any(full.endswith(word) for full in described))
            or (word.endswith(PLACED) and any(full.startswith(word[:-2]) for full in described))
            or any(full.startswith(_place_stem(word)) and full.endswith(_OF_PLACES) for full in described)
            for word in modifiers - described
        )

    def _holders(self, role: str) -> list[_Holder]:
        """Return those whom a noun describes anywhere, in the order of the text."""
        if role not in self._by_role:
            forms = (role, *(short for short, full in self.people.phrases.in_full.items() if full == role))
            units = {unit.number: unit for form in forms for unit in self.people.units.holding(form)}
            near = {name for unit in units.values() for name in self._borne_by(role, forms, unit)}
            self._by_role[role] = sorted(
                (
                    (place, described, entity)
                    for surname in near
                    for entity in self.people.called(surname)
                    for place, described in entity.roles
                    if role in described
                ),
                key=lambda item: item[0],
            )
        return self._by_role[role]

    def _borne_by(self, role: str, forms: Sequence[str], unit: Unit) -> Iterator[str]:
        """Yield the surnames in a unit beside which a role stands, in any of its `forms`, and describes them."""
        tokens = unit.tokens
        places = [index for index, token in enumerate(tokens) if token.bare in forms]
        for first, past in capitalised(tokens) if places and not unit.headline else ():
            if not any(first - REACH <= at <= past + REACH for at in places):
                continue
            surname = self.people.surname(tokens, first, past)
            name = self.people.phrases.person(tokens, first, past) if surname else None
            if surname and name is not None and role in self.people.entities.described(tokens, first, *name):
                yield surname


def _whose(source: Source) -> frozenset[str]:
    """Return the names in what stands behind a role: "the spokesman for the Harbour Council"."""
    behind = source.tokens[source.first : source.past]
    at = next((index for index, token in enumerate(behind) if token.bare == source.head), len(behind))
    return frozenset(token.bare for token in behind[at + 1 :] if token.capital)


def _place_stem(word: str) -> str:
    """Return what the genitive of a place shares with its adjective: "Тольмщини", "Тольмы" with "тольмской"."""
    return word.removesuffix("щини").removesuffix("щины") if word.endswith(REGIONS[:2]) else word[:-2]
