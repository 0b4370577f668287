"""Names within capitalised words: of a person without titles and countries, of an organisation, of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.reading.places import is_place
from digests.reading.speakers.lexicon import WORD, Lists, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.languages import Language
    from digests.reading.speakers.lexicon import Word
    from digests.reading.speakers.tokens import Tokens

LONGEST_NAME = 4  # words
_MARKED = 30  # code points of a name in marks
_OF_OFFICES = ("affairs",)  # end the name of an office like "organisation" nouns, but name nobody alone
_PATRONYMIC = ("ович", "евич", "йович", "овна", "евна", "івна", "ївна", "вича", "вни", "вны")
_BODY = 8  # tokens in "an independent news outlet"
REGIONS = ("щини", "щины", "ии", "ії")  # genitives of places: "Харківщини", "Эстонии"; no surname ends so
_ORIGINS = ("born", "based", "raised", "trained", "backed", "appointed", "installed")
_ADJECTIVES = ("ої", "ой", "ій", "ого", "ому", "ий", "ый", "ая", "ую", "ою", "ка", "ку", "ом", "им")


class ProperNames(Lists):
    """Tells names apart by the rules of one language."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        words = language.words
        self.code = language.code
        self.countries = words("names", "countries")
        self.country_stems = frozenset(map(stem, self.countries))
        states = language.rules.get("names", {}).get("states", ())
        self.states = {tuple(state.split()): state for state in states}  # of two words, no persons
        self.countries |= frozenset(states)
        self.honorifics = words("names", "honorifics")
        self.relative = words("grammar", "relative")
        self.suffixes = words("names", "suffixes")
        self.genitives = tuple(words("names", "genitives"))
        self.districts = tuple(language.rules.get("names", {}).get("districts", "").split())

    def in_name(self, tokens: Tokens, index: int) -> bool:
        """Tell whether the word at `index` may belong to a name that goes on behind it."""
        token = tokens[index]
        if token.kind != WORD or token.possessive:
            return False
        if token.capital:
            return True
        return token.particle and index > 0 and (tokens[index - 1].capital or self.in_name(tokens, index - 1))

    def is_organisation(self, run: Sequence[Word]) -> bool:
        """Tell whether capitalised words name a state or an organisation: by a noun like "Ministry" or as known."""
        if len(run) == 1:
            return run[0].lone_organisation
        if run[-1].bare in self.org_nouns or self.state(run) is not None:
            return True
        return (
            len(run) > 2
            and any(token.bare in self.org_nouns for token in run)
            and run[0].bare not in self.people  # "Prosecutor Ada Lind"
            and not any(token.title for token in run[:-1])
            and not any(token.bare in self.first_names for token in run)
        )

    def state(self, run: Sequence[Word]) -> str | None:
        """Return the name of a state of two words: "Saudi Arabia" is nobody called Arabia."""
        return self.states.get((run[0].bare, run[1].bare)) if len(run) == 2 else None

    def is_region(self, tokens: Tokens, past: int) -> bool:
        """Tell whether the word before `past` is the adjective of a region: "Харківської обласної", not a surname."""
        if not self.districts:
            return False
        region = tokens[past - 1].low
        behind = tokens[past].low if past < len(tokens) else ""
        return region.endswith(REGIONS) or (region.endswith(_ADJECTIVES) and behind.startswith(self.districts))

    def is_land(self, word: Word) -> bool:
        """Tell whether a capitalised word behind a role is a country, a region by its ending or a body by initials."""
        return word.bare in self.countries or word.low.endswith((*REGIONS, *self.genitives)) or _is_initials(word)

    def marked_name(self, tokens: Tokens, place: int) -> list[str]:
        """Return the words of a short passage behind a noun that is a name: "батальйону «Чапля»", "ПВК «Чапля»"."""
        mark, before = tokens.over(place, place + 1), tokens[place - 1] if place else None
        if mark.end - mark.start > _MARKED or before is None or before.kind != WORD or before.verb:
            return []
        return [] if before.capital and not _is_initials(before) else mark.of(tokens.text)[1:-1].lower().split()

    def person(self, tokens: Tokens, first: int, past: int) -> tuple[int, int] | None:
        """Return the name proper within capitalised words: without titles, countries and words that begin sentences."""
        last = tokens[past - 1]
        honoured = past - 2 >= first and (
            tokens[past - 2].low in self.honorifics or tokens[past - 2].bare in self.first_names
        )
        if last.bare in self.not_names or last.bare in self.org_known or (last.title and not honoured):
            return None
        start = self._name_start(tokens, first, past)
        if start >= past:
            return None
        if past - start <= LONGEST_NAME:
            return start, past
        long = past - start - sum(token.particle for token in tokens[start:past]) > LONGEST_NAME
        return (past - 3 if long else start), past

    def _name_start(self, tokens: Tokens, first: int, past: int) -> int:
        start = first
        for index in range(first, past):
            word = tokens[index]
            if first < index < past - 2 and (word.organisation or word.low in _OF_OFFICES) and not word.first_name:
                start = index + 1  # "of the Presidential Office Ada Lind"
            if not word.qualifies:
                continue
            role = word.bare in self.people or (word.human and not word.first_name and past - first > 2)
            if "-of-" in word.low or (index == first < past - 1 and role):
                start = index + 1  # "Mother-of-three Ada Lind", "Neighbour Ada Lind"
            tail = word.low.rpartition("-")[2] if "-" in word.low else ""  # "then-Governor", "Norland-born"
            if (word.title and index < past - 1) or tail in self.titles or tail in _ORIGINS:
                start = index + 1
        while start < past - 1 and not tokens[start].first_name:
            if tokens[start].bare not in self.not_names and tokens[start].bare not in self.countries:
                break
            start += 1
        for index in range(start + 1, past - 1):  # "Kharkiv Ihor Holub": a place may stand before the name
            if tokens[index].first_name:
                placed = not tokens[start].first_name and len(tokens[start].text) > 2
                placed = placed and not self._is_all_name(tokens, start, index)
                return index if placed and not tokens[start].particle else start
        return start + self._is_place_of(tokens, start, past)

    def _is_place_of(self, tokens: Tokens, start: int, past: int) -> bool:
        """Tell whether a place begins what looks like a name of three words: "радника мера Маріуполя Петра Лінда"."""
        if (
            past - start != 3
            or start == 0
            or tokens[start].text.isascii()
            or tokens[past - 1].low.endswith(_PATRONYMIC)
        ):
            return False
        return tokens[start - 1].stem in self.role_stems and is_place(tokens[start].text, self.code)

    def _is_all_name(self, tokens: Tokens, start: int, index: int) -> bool:
        """Tell whether an unknown word right before a first name is one, too: "Awa Ivan Holub", but "of Tolm Ivan"."""
        word = tokens[start]
        behind = start > 0 and tokens[start - 1].preposition
        return index == start + 1 and word.text.isascii() and not word.text.isupper() and not behind

    def is_body_behind(self, tokens: Tokens, comma: int) -> bool:
        """Tell whether a name is described right behind it as an outlet or another body: ", a news agency in Tolm"."""
        if comma + 2 >= len(tokens) or tokens[comma].text != "," or tokens[comma + 1].low not in ("a", "an"):
            return False
        for index in range(comma + 2, min(len(tokens), comma + _BODY)):
            token = tokens[index]
            if token.stops or token.preposition or token.low in self.relative or token.possessive:
                break
            behind = tokens[index + 1] if index + 1 < len(tokens) else None
            if self.is_group(token.low) and (
                behind is None
                or behind.kind != WORD
                or behind.preposition
                or behind.clausal
                or behind.low in self.relative
            ):
                return True
        return False

    def surname(self, tokens: Tokens, first: int, past: int) -> str:
        """Return the last word of a name in small letters, passing over "Jr."."""
        last = past - 1
        while last > first and tokens[last].low in self.suffixes:
            last -= 1
        return tokens[last].stem


def _is_initials(word: Word) -> bool:
    return word.text.isupper() and len(word.text) > 1
