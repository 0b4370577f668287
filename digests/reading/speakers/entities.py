"""Who or what one name in the text stands for, as its neighbourhood describes it: titles, appositions, gender."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.speakers.lexicon import MARK, QUOTE, WORD, Word
from digests.reading.speakers.sources import ORGANISATION, PERSON

if TYPE_CHECKING:
    from digests.reading.speakers.phrases import Phrases
    from digests.reading.speakers.tokens import Tokens

HE, SHE = "he", "she"
_INSTRUMENTAL = ("ою", "ею", "єю", "ой", "ей")
_NOTHING: frozenset[str] = frozenset()
_INITIALS = 3  # words of a title from which on it may have been cut to its initials
_GENITIVE = ("ого", "ої", "ой", "их", "ых")  # endings of adjectives
_GENITIVES = 4  # words between a title and the last word that belongs to it
_TITLE_REACH = 9  # tokens looked at for a title on either side of a name
_OF_REACH = 7  # … that "of" adds to a title before a name
_SHORTEST = 2  # words before the name in "Governor of region Ada Lind"
REACH = _TITLE_REACH + 2  # … with a comma between, or "of" and its noun before


@dataclass(slots=True)
class Entity:
    """One person or organisation: its fullest name ``tokens[first:past]``, and what it is called where.

    Places are such as `Tokens.order` counts.
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


class Entities:
    """Reads one name where it stands, by the rules of one language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def person(self, tokens: Tokens, low: int, high: int, described: frozenset[str]) -> Entity:
        """Return the person named by ``tokens[low:high]``, described by these words."""
        words = self.words(tokens, low, high)
        return Entity(tokens, low, high, words, PERSON, self.gender(described, words))

    def words(self, tokens: Tokens, low: int, high: int) -> tuple[str, ...]:
        """Return the words of a name in small letters, without "Jr."."""
        suffixes = self.phrases.suffixes
        words = tuple([token.bare for token in tokens[low:high] if token.low not in suffixes])
        return words or (self.phrases.surname(tokens, low, high),)

    def described(self, tokens: Tokens, first: int, low: int, high: int) -> frozenset[str]:
        """Collect the words that say what a person is: titles before the name, an apposition before or after it."""
        words = {token.bare for token in tokens[first:low]} if first < low else set[str]()
        if first:
            words |= self._title_before(tokens, first, high)
            if first < low and not self._entitled(words):
                words |= self._title_of(tokens, first)
            elif first > _SHORTEST and self.phrases.articles and not self._entitled(words):
                words |= self._head_of(tokens, first)
        if high < len(tokens) and tokens[high].text == "," and not tokens[high - 1].possessive:
            words |= self._apposition_after(tokens, high)
        if not words:
            return _NOTHING  # of most names
        if not words.isdisjoint(self.phrases.in_full):
            words |= {full for word in words if (full := self.phrases.in_full.get(word))}
        words -= self.phrases.articles
        return frozenset(words) if self._entitled(words) else _NOTHING

    def _entitled(self, words: set[str]) -> bool:
        return not (words.isdisjoint(self.phrases.titles) and words.isdisjoint(self.phrases.roles))

    def _title_of(self, tokens: Tokens, first: int) -> set[str]:
        """Read "the head of the Ashton Council" where a name follows without a comma: the noun before "of"."""
        of = first - 2 if tokens[first - 1].low in self.phrases.articles else first - 1
        return {tokens[of - 1].bare} if of > 0 and tokens[of].low == "of" else set()

    def _head_of(self, tokens: Tokens, first: int) -> set[str]:
        """Read "the governor of the border region Ada Lind": the role before "of", with what stands between.

        "The governor of Tolm" and "of the Tolm region" hold no name of a person.
        """
        before = tokens[first - 1]
        if before.capital or before.stops or before.preposition or before.anew or before.verb:
            return set()
        for at in range(first - 2, max(0, first - _OF_REACH), -1):
            if tokens[at].low in ("of", "for"):
                role = tokens[at - 1]
                between = {token.bare for token in tokens[at + 1 : first]}
                return between | {role.bare} if role.title or role.bare in self.phrases.roles else set()
            if tokens[at].stops or tokens[at].preposition:
                break
        return set()

    def _title_before(self, tokens: Tokens, first: int, past: int) -> set[str]:
        """Read "the regional governor" before a name, or "the governor for the area" before its comma.

        "Ashton’s mayor, Ada Lind," needs the second comma: "They met Ashton’s mayor, Ada Lind said" is another.
        """
        phrases = self.phrases
        comma = first > 0 and tokens[first - 1].text == ","
        closed = comma and (past == len(tokens) or tokens[past].kind == MARK)
        start = end = first - 1 if comma else first
        opening: int | None = None
        marked: list[str] = []
        while start > 0 and end - start < _TITLE_REACH:
            token = tokens[start - 1]
            if token.kind == QUOTE and not (comma or marked or phrases.articles):
                marked = phrases.marked_name(tokens, start - 1)  # "командир батальйону «Чапля» Іво Терек"
                start -= bool(marked)
                token = tokens[start - 1]
            if token.kind != WORD or token.boundary:
                break
            belongs = comma or (self._belongs_to_title(token) and not token.preposition)
            if not belongs and not self._is_governed(tokens, start - 1):
                break
            start -= 1
            if token.low in phrases.determiners or (closed and token.possessive):
                opening = start if opening is None else opening
                if not (start and tokens[start - 1].preposition):
                    break
        if start == end:
            return set()  # beside most names
        if opening is not None and tokens[start].low not in phrases.determiners and not tokens[start].possessive:
            start = opening  # "spoke to the defence minister, Ada Lind"
        opener = tokens[start].low
        words = {token.bare for token in tokens[start:end]}.union(marked)
        if not comma and start > 1 and tokens[start - 1].low == "of" and not words.isdisjoint(phrases.org_nouns):
            words.add(tokens[start - 2].bare)  # "head of the regional administration Ada Lind"
        owned = closed and tokens[start].possessive
        if comma and not owned and opener not in phrases.determiners and opener not in phrases.roles:
            return set()
        if end - start > _INITIALS and not phrases.articles:
            words.add(self._initials(tokens, start, end))
        return words

    def _initials(self, tokens: Tokens, start: int, end: int) -> str:
        """Return the first letters of what somebody heads: "ога" for "голова Орильської громадської адміністрації"."""
        return "".join(
            token.low[0]
            for token in tokens[start:end]
            if token.kind == WORD and not (token.preposition or token.text.isupper())
            if token.bare not in self.phrases.roles
        )

    def _is_governed(self, tokens: Tokens, index: int) -> bool:
        """Tell whether a word belongs to a title before it as a genitive does: "міністр охорони довкілля"."""
        if self.phrases.articles or tokens[index].preposition:
            return False
        for at in range(index - 1, max(-1, index - 1 - _GENITIVES), -1):
            before = tokens[at]
            if before.bare in self.phrases.roles:
                return True
            if self.phrases.is_region(tokens, at + 1):
                continue  # "губернатор Харківської області"
            if before.kind != WORD or before.boundary or before.verb or before.preposition:
                return False
            plain = before.capital and not before.text.isupper()  # "речник ВМС ЛСУ"
            if plain and not before.low.endswith(_GENITIVE):  # "керівник Головного управління розвідки"
                return False
        return False

    def _belongs_to_title(self, token: Word) -> bool:
        word = token.bare
        return token.possessive or word in self.phrases.titular or word.endswith(self.phrases.adjectives)

    def _apposition_after(self, tokens: Tokens, high: int) -> set[str]:
        """Read "the governor of the region," behind a name and its comma; it must end as an apposition does."""
        words: set[str] = set()
        for index in range(high + 1, min(len(tokens), high + 2 + _TITLE_REACH)):
            token = tokens[index]
            if token.kind != WORD:
                return words if token.text in ",—–-;" else set()
            if token.boundary:
                return words if token.low in ("who", "and", "whose") else set()
            if not token.possessive:  # "the council chief's spokesman" is not the chief
                words.add(token.bare)
        return words if high + 2 + _TITLE_REACH > len(tokens) else set()

    def gender(self, described: frozenset[str], words: tuple[str, ...]) -> str:
        """Return the pronoun for somebody so described and called, "" if that cannot be told."""
        if described:
            if not described.isdisjoint(self.phrases.female):
                return SHE
            if not described.isdisjoint(self.phrases.male):
                girl = len(words) > 1 and self._gender_of(words[0]) == SHE  # "spokesman Ada Lind"
                return SHE if girl else HE
        if len(words) > 1:
            return self._gender_of(words[0])
        if words and not self.phrases.articles:
            return self._gender_of(words[0])
        # A lone "Scott" or "Clinton" may be a surname; a lone "Melanie" hardly is.
        return SHE if words and words[0] in self.phrases.girls and words[0] not in self.phrases.boys else ""

    def _gender_of(self, name: str) -> str:
        """Tell the gender of a first name, also in a Slavic case: "Олени" is Олена, "Івана" is Іван."""
        girls, boys = self.phrases.girls, self.phrases.boys
        girl, boy = name in girls, name in boys
        if "а" <= name[0] <= "ґ" and len(name) > 3:
            girl = girl or (name[-1] in "иіыеуюїо" and (name[:-1] + "а" in girls or name[:-1] + "я" in girls))
            girl = girl or (name[-2:] in _INSTRUMENTAL and (name[:-2] + "а" in girls or name[:-2] + "я" in girls))
            boy = boy or (name[-1] in "ауюя" and (name[:-1] in boys or name[:-1] + "й" in boys))
        return "" if girl == boy else SHE if girl else HE

    def organisation(self, tokens: Tokens, first: int, past: int) -> tuple[int, Entity] | None:
        """Return the organisation that capitalised words name, with where it begins; None if they name none."""
        while past < len(tokens) and tokens[past].organisation:
            past += 1
        until = min(len(tokens), past + 8)
        source = self.phrases.source(tokens, first, past, until)
        if source is None or source.kind != ORGANISATION:
            return None
        begin = source.first
        while first > 0 and (
            tokens[first - 1].ordinal
            or (tokens[first - 1].capital and (tokens[first - 1].possessive or tokens[first].possessive))
        ):  # "Ukraine's 47th Brigade", "Prosecutor General's Office"
            begin = first = first - 1
        words = tuple(token.bare for token in tokens[first:past])
        return tokens.order + begin, Entity(tokens, begin, source.past, words, ORGANISATION)
