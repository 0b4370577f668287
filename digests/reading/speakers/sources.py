"""What one noun phrase names: a person, an organisation, somebody unnamed; by word lists and capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.places import is_place
from digests.reading.speakers.lexicon import QUOTE, WORD, Word, lexicon
from digests.reading.speakers.proper_names import LONGEST_NAME, ProperNames

if TYPE_CHECKING:
    from digests.reading.languages import Language
    from digests.reading.speakers.tokens import Tokens

_DATIVES = ("ам", "ям", "ами", "ями")
PLACED = ("ський", "ська", "цький", "цька", "ский", "ская", "цкий", "цкая")  # adjectives of places
_WHO = 5  # words between a noun and "who gave his name as"
_NAME = 9  # words in that
_NAMED = ("name", "named", "identified", "called", "known", "goes", "nicknamed", "sign", "callsign", "nickname")
_SIGN = 5  # words between a noun and a call sign
_SIGNS = ("sign", "callsign", "call-sign", "nickname", "codename", "alias", "pseudonym")

PERSON, ORGANISATION, ROLE, SOMEONE, PRONOUN, PAPER = "person", "organisation", "role", "someone", "pronoun", "paper"


class Source(NamedTuple):
    """A noun phrase that may be a speaker: ``tokens[first:past]`` without articles and titles.

    `kind`: PERSON (a name), ORGANISATION (a named one), ROLE ("the ministry", "the governor": points to somebody
    named elsewhere), SOMEONE ("a resident": nobody named), PRONOUN, PAPER ("the statement": does not speak).
    `head` is the surname, head noun or pronoun in small letters; `words` are all words of the phrase in small
    letters, titles included. `order` tells which of two sources of a document comes first.
    """

    kind: str
    tokens: Tokens
    first: int
    past: int
    head: str
    words: tuple[str, ...] = ()
    plural: bool = False

    @property
    def order(self) -> int:
        """Where the phrase begins, in tokens of the document."""
        return self.tokens.order + self.first

    @property
    def is_one(self) -> bool:
        """True for one of a group spoken of before, not further described: "one official"."""
        return len(self.words) == 1 and self.first > 0 and self.tokens[self.first - 1].low == "one"

    @property
    def span(self) -> Span:
        """The stretch of the text it covers; without what is joined to its end ("he’s", "the ministry’s")."""
        span = self.tokens.over(self.first, self.past)
        if self.kind == ORGANISATION and self.tokens[self.past - 1].possessive:
            span = Span(span.start, span.end - 2)
        return Span(span.start, span.start + len(self.tokens[self.first].bare)) if self.kind == PRONOUN else span


class Sources(ProperNames):
    """Classifies base noun phrases by the rules of one language."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        words = language.words
        self.lexicon = lexicon(language)
        self.articles = words("grammar", "articles")
        self.objects = dict(language.rules.get("grammar", {}).get("objects", {}))
        self.reflexive = words("grammar", "reflexive")
        self.subordinators = words("grammar", "subordinators")
        self.openers = words("grammar", "openers")
        topics = language.rules.get("grammar", {}).get("topics", ())
        self.topics = frozenset(tuple(topic.split()) for topic in topics)
        self.canon = {word: pronoun for pronoun in ("he", "she", "it", "they") for word in words("pronouns", pronoun)}
        self.possessives = words("pronouns", "possessive")
        self.transcribes = bool(language.rules.get("grammar", {}).get("free_order"))  # names of foreigners
        self.in_full = dict(language.rules.get("names", {}).get("in_full", {}))
        self.lesser = words("names", "lesser")
        self.former = words("names", "former")  # of who held an office once
        self.male, self.female = words("names", "male"), words("names", "female")
        self.unnamed = words("people", "unnamed")
        self.generic = words("people", "generic")
        self.bodies = words("organisations", "generic")
        self.issued = words("people", "issued")
        self.men, self.women = words("people", "men"), words("people", "women")
        self.boys, self.girls = words("first_names", "male"), words("first_names", "female")
        self.fillers = words("cues", "auxiliaries") | words("times", "near")
        # what may belong to the title before a name
        self.titular = self.titles | self.roles | self.org_nouns | self.countries | self.determiners | self.former
        self.several = words("organisations", "several")
        groups = [group.split() for group in language.rules.get("people", {}).get("alike", ())]
        self.alike = {
            role: [other for group in groups if role in group for other in group if other != role]
            for role in {role for group in groups for role in group}
        }
        heads = [group.split() for group in language.rules.get("people", {}).get("seats", ())]
        self.seats = {seat: titles for seat, *titles in heads}
        self.org_heads = words("organisations", "heads")
        self.initials = words("organisations", "initials")
        self.outlets = words("organisations", "outlets")
        self.talks = words("organisations", "talks")

    def source(self, tokens: Tokens, first: int, past: int, until: int) -> Source | None:
        """Classify the base phrase ``tokens[first:past]``; `until` ends the prepositional phrases after it."""
        while past > first and tokens[past - 1].kind != WORD:
            past -= 1
        while first < past and tokens[first].kind != WORD:
            first += 1
        while past > first + 1 and tokens[past - 1].participle and tokens[past - 2].named_by_noun:
            # "a channel linked to …" but "groups granted them …"
            until = until if past < until and tokens[past].preposition else past - 1
            past -= 1
        if first >= past:
            return None
        while not self.articles and past > first + 1 and self._is_told(tokens[past - 2], tokens[past - 1]):
            until = past = past - 1
        last = tokens[past - 1]
        if past - first == 1 and last.bare in self.pronouns:
            return self._pronoun(tokens, first, until)
        begin = first
        while begin < past - 1 and tokens[begin].low in self.articles:
            begin += 1
        while begin < past - 1 and not self.articles and tokens[begin].low in self.fillers:
            begin += 1  # "Раніше мер сказав"
        words = tuple([token.bare for token in tokens[begin:past]])
        if tokens[begin].low in self.org_heads and not any(token.first_name for token in tokens[begin:past]):
            return Source(ORGANISATION, tokens, begin, past, tokens[begin].low, words)
        if (office := self._office(tokens, begin, past, words)) is not None:
            return office
        if last.capital and not last.day:
            return self._named(tokens, first, begin, past, max(past, until), words)
        return self._common(tokens, first, begin, past, max(past, until), words)

    def _pronoun(self, tokens: Tokens, index: int, until: int) -> Source:
        """Read a pronoun, or "one of the sources": somebody unnamed."""
        word = tokens[index]
        past = index + 2
        if word.low == "one" and past < until and tokens[index + 1].low == "of":
            while past < until and not (tokens[past].preposition or tokens[past].stops):
                past += 1
            last = tokens[past - 1]
            if not last.possessive and (last.bare in self.many or self.is_human(last.bare)):
                return Source(SOMEONE, tokens, index, past, last.bare, ("one", "of", last.bare))
        return Source(PRONOUN, tokens, index, index + 1, self.canon.get(word.bare, word.bare))

    def _is_told(self, before: Word, word: Word) -> bool:
        """Tell whether a word behind a subject is whom it was told: "міський голова журналістам", "Лосев изданию"."""
        return not word.capital and (
            word.low in self.fillers or (word.low.endswith(_DATIVES) and before.bare in self.roles)
        )

    def _office(self, tokens: Tokens, begin: int, past: int, words: tuple[str, ...]) -> Source | None:
        """Read "глава государства", "мэр Харькова": a role with a genitive behind it, in languages without articles.

        The role is the head, wherever it stands; a name of a person behind it is left alone.
        """
        if self.articles or past - begin < 2:
            return None
        role = tokens[begin].bare
        role = role if role in self.roles else self.role_stems.get(tokens[begin].stem, "")
        last = tokens[past - 1]
        if not role or last.title or last.bare in self.roles or any(t.first_name for t in tokens[begin + 1 : past]):
            return None
        if last.low.endswith(_DATIVES) and not last.capital:
            return Source(ROLE, tokens, begin, begin + 1, role, (role,))  # "рассказал губернатор журналистам"
        if last.capital and not (self.is_land(last) or is_place(last.text, self.code)):
            return None
        return Source(ROLE, tokens, begin, past, role, (*words[1:], role))

    def _named(
        self, tokens: Tokens, first: int, begin: int, past: int, until: int, words: tuple[str, ...]
    ) -> Source | None:
        start = past - 1
        while start > begin and self.in_name(tokens, start - 1):
            start -= 1
        run = tokens[start:past]
        if (state := self.state(run)) is not None:
            return Source(ORGANISATION, tokens, start, past, state, words)
        if self.is_organisation(run):
            return self._organisation(tokens, begin, start, past, until, words)
        last = tokens[past - 1]
        if past - first == 1 and self.articles and self._are_people(last):
            return Source(SOMEONE, tokens, first, self._reach(tokens, past, until), last.bare, words, plural=True)
        name = self.person(tokens, start, past)
        if name is None:
            if last.low in self.roles and (tokens[first].low in self.articles or tokens[first].possessive):
                return Source(ROLE, tokens, begin, max(past, until), last.bare, words)
            return None
        low, high = name
        head = self.surname(tokens, low, high)
        if high - low == 1 and tokens[first].low == "the" and _of_name(tokens, past):
            end = self.organisation_end(tokens, past, min(len(tokens), past + LONGEST_NAME))
            return Source(ORGANISATION, tokens, low, end, head, words)  # "The Sons of the Hill": nobody's name
        if high - low > 2 and head in self.country_stems:  # a byline run together: "Ada Lind Germany has accused"
            low = high - 1
        if high - low == 1 and (head in self.country_stems or head in self.org_known):
            return Source(ORGANISATION, tokens, low, high, head, words)
        if self.transcribes and tokens[high - 1].text.isascii():
            return Source(
                ORGANISATION, tokens, low, high, head, words
            )  # "Harbour Post": foreign people are transcribed
        article = begin == low and tokens[first].low == "the"  # "the Courier": nobody's name
        if high - low == 1 and (article or self.is_body_behind(tokens, high)):
            return Source(ORGANISATION, tokens, low, high, head, words)  # "Kestrel, an independent outlet"
        return Source(PERSON, tokens, low, high, head, words)

    def _are_people(self, word: Word) -> bool:
        """Tell whether a word that begins a sentence is a plural like "Survivors", and nobody's name."""
        return word.bare in self.many or (word.bare[-1:] == "s" and word.bare[:-1] in self.people)

    def _organisation(
        self, tokens: Tokens, begin: int, start: int, past: int, until: int, words: tuple[str, ...]
    ) -> Source:
        """Take in what belongs to an organisation's name: its possessor before, "of Defence" behind."""
        while start > begin and (
            tokens[start - 1].capital or tokens[start - 1].organisation or tokens[start - 1].ordinal
        ):
            start -= 1
        while start < past - 1 and tokens[start].low.endswith("-based"):
            start += 1
        end = self.organisation_end(tokens, past, until)
        head = tokens[past - 1].bare
        return Source(ORGANISATION, tokens, start, end, head, words, head in self.several)

    def organisation_end(self, tokens: Tokens, past: int, until: int) -> int:
        """Return where a name ends that goes on with "of" or "for": "Institute for the Study of War"."""
        end = index = past
        while index < until:
            token = tokens[index]
            if token.capital and not token.day:
                end = index + 1
            elif token.low not in ("of", "for", "the", "and", "to"):
                break
            index += 1
        return end

    def _common(
        self, tokens: Tokens, first: int, begin: int, past: int, until: int, words: tuple[str, ...]
    ) -> Source | None:
        if any(token.clausal for token in tokens[first:past]):
            return None  # "the attack was …": a clause
        head = tokens[past - 1].bare
        if head in self.determiners and past < until and tokens[past].low == "of":
            head = tokens[until - 1].bare  # "two of the doctors"
        until = self._reach(tokens, past, until)
        if head not in self.roles and head not in self.many:
            head = self.role_stems.get(tokens[past - 1].stem, head)
        definite = (begin > first and tokens[first].low == "the") or tokens[first].low in self.possessives
        definite = definite or (not self.articles and head not in self.unnamed and self._is_office(tokens, begin, past))
        indefinite = not definite
        named = any(
            token.capital and token.bare not in self.titles and (i > 0 or token.possessive)
            for i, token in enumerate(tokens[begin:past], start=begin)
        )
        if head in self.people and (name := _call_sign(tokens, past) or _given_name(tokens, past)) is not None:
            return Source(PERSON, tokens, *name, tokens[name[1] - 1].stem, words)
        if head in self.papers:
            owner = self._owner(tokens, first, past) if named else None
            if owner is not None:
                return owner
            return Source(PAPER, tokens, begin, until, head, words)
        if head in self.org_nouns and head not in self.roles:
            begin += begin < past - 1 and tokens[begin].low in self.possessives  # without the "its" of "its ministry"
            if definite and not named and until == past:
                return Source(ROLE, tokens, begin, until, head, words)
            linked = past < len(tokens) and tokens[past].participle  # "a channel linked to …"
            end = until if linked or head in ("office", "ministry", "department", "command", "staff") else past
            return Source(ORGANISATION, tokens, begin, end, head, words, head in self.several)
        if tokens[first].low in self.possessives and not named:
            return Source(SOMEONE, tokens, first, until, head, words)
        if definite and head in self.roles:
            return Source(ROLE, tokens, begin, until, head, words)
        if head in self.roles or head in self.many or head.endswith("s") or indefinite:
            return Source(SOMEONE, tokens, begin, until, head, words, head in self.many or head.endswith("s"))
        return Source(ROLE, tokens, begin, until, head, words)

    def _is_office(self, tokens: Tokens, begin: int, past: int) -> bool:
        """Tell whether a role stands alone, or with an adjective that says of what: "міський голова"."""
        first = tokens[begin].low
        placed = first in self.seats or first in self.former or first.endswith(PLACED)
        return past - begin == 1 or (past - begin == 2 and placed and tokens[past - 1].bare in self.alike)

    def _owner(self, tokens: Tokens, first: int, past: int) -> Source | None:
        """Return the organisation whose paper it is: "the British defence ministry’s daily update"."""
        for index in range(past - 2, first, -1):
            if tokens[index].possessive and (
                tokens[index].bare in self.org_nouns or tokens[index].bare in self.org_known
            ):
                source = self.source(tokens, first, index + 1, index + 1)
                return source if source is not None and source.kind == ORGANISATION else None
        start = end = past - 1
        while start > first and tokens[start - 1].capital and not tokens[start - 1].possessive:
            start -= 1
        issued = start < end and tokens[end].bare in self.messages and self.is_organisation(tokens[start:end])
        return self.source(tokens, start, end, end) if issued else None  # "a White House statement"

    def _reach(self, tokens: Tokens, past: int, until: int) -> int:
        """Return where the prepositional phrases behind a noun end: at `until`, or before a verb."""
        end = past
        while end < until and not (tokens[end].clausal or tokens[end].day):
            if tokens[end].verb and not tokens[end].capital:
                break
            end += 1
        while end > past and (tokens[end - 1].preposition or tokens[end - 1].low in self.articles):
            end -= 1
        return end

    def is_shown(self, source: Source) -> bool:
        """Tell whether a source may be shown as a speaker: anything named, people, organisations."""
        if source.kind not in (SOMEONE, ROLE):
            return True
        return (
            source.head in self.many
            or self.is_human(source.head)
            or any(
                self.is_group(token.low) for token in source.tokens[source.first : source.past] if not token.possessive
            )
        )


def _of_name(tokens: Tokens, past: int) -> bool:
    """Tell whether "of" and a capitalised word follow, as in "of Hope", "of the Hill"."""
    after = tokens[past : past + 3]
    return len(after) > 1 and after[0].low == "of" and any(token.capital for token in after[1:])


def _given_name(tokens: Tokens, past: int) -> tuple[int, int] | None:
    """Return where the name stands in "a soldier who gave his name as Moss", "who asked to be named only as Moss"."""
    relative = next((at for at in range(past, min(len(tokens), past + _WHO)) if tokens[at].low in ("who", "whose")), 0)
    if not relative or any(token.verb or token.kind == QUOTE for token in tokens[past:relative]):
        return None
    told = False
    for index in range(relative + 1, min(len(tokens), relative + _NAME)):
        token = tokens[index]
        if token.kind != WORD:
            return None
        if told and token.capital and tokens[index - 1].low in ("as", "by", "is", "was", *_SIGNS):
            end = index + 1
            while end < len(tokens) and tokens[end].capital:
                end += 1
            return index, end
        told = told or token.low in _NAMED
    return None


def _call_sign(tokens: Tokens, past: int) -> tuple[int, int] | None:
    """Return where the name stands in "a pilot with the call sign Moss", behind the noun."""
    for index in range(past, min(len(tokens) - 1, past + _SIGN)):
        if tokens[index].stops:
            return None
        if tokens[index].low in _SIGNS and tokens[index + 1].capital:
            end = index + 2
            while end < len(tokens) and tokens[end].capital:
                end += 1
            return index + 1, end
    return None
