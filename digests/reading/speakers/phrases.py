"""Noun phrases beside a verb of saying: cuts a clause into base phrases and finds the one that is a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.reading.speakers.lexicon import NUMBER, WORD
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, ROLE, SOMEONE, Source, Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.speakers.lexicon import Word
    from digests.reading.speakers.tokens import Tokens

_OBLIQUE = (
    "их",
    "ых",
    "ої",
    "ого",
    "его",
    "ской",
    "цкой",
)  # adjectives of what a preposition or noun before them governs
_DEGREES = ("almost", "nearly", "just", "only", "even")  # "On Monday, almost at midnight, …"
_GENITIVE = "ая"
_VOWELS = "аеёиіїоуыюяьй"  # that end what may be another case as well
_TITLES = 4  # words of a title before a name
_NAME = 6  # words that "of" may add to a name


class Phrases(Sources):
    """Reads noun phrases by the rules of one language."""

    def bases(self, tokens: Tokens, start: int, end: int, *, whole: bool = False) -> Iterator[tuple[int, int, str]]:
        """Cut ``tokens[start:end]`` into base noun phrases ``(first, past, preposition before or "")``.

        `whole`: a name right behind a common noun belongs to it ("widow Ada Lind").
        """
        first, preposition = start, ""
        for index in range(start, end):
            token = tokens[index]
            if token.breaks or token.preposition:
                if index > first:
                    yield first, index, preposition
                first, preposition = index + 1, "" if token.breaks else token.low
            elif (
                index > first
                and (token.anew or token.capital)
                and self._starts_anew(tokens, index, whole=whole or tokens[first].low in self.org_heads)
            ):
                yield first, index, preposition
                first, preposition = index, ""
            elif token.day and not self._named_like_a_month(tokens, index, end):
                if index > first:
                    yield first, index, preposition
                first, preposition = index + 1, ""
        if end > first:
            yield first, end, preposition

    def _named_like_a_month(self, tokens: Tokens, index: int, end: int) -> bool:
        """Tell whether "Jan", "April" or "may" at `index` is a first name or a verb rather than a time."""
        name = tokens[index].capital and tokens[index].first_name
        return tokens[index].low == "may" or (name and index + 1 < end and tokens[index + 1].capital)

    def _starts_anew(self, tokens: Tokens, index: int, *, whole: bool) -> bool:
        token, before = tokens[index], tokens[index - 1]
        if token.capital and (whole or (index > 1 and tokens[index - 2].low in self.possessives)):
            return False
        if token.capital and not self.articles:
            if index > 1 and (tokens[index - 2].low, before.low) in self.topics:
                return True  # "Про це Лінд розповіла"
            if token.text.isascii() != before.text.isascii() and before.capital:
                return True  # "в интервью Harbour Post Лосев"
            if before.stem in self.role_stems and self.is_land(token):
                return False  # "речник президента США"
            if token.text.isupper() and before.low.endswith(_OBLIQUE):
                return False  # "в ефірі місцевих ЗМІ": not who says it
            if before.low in self.talks and (
                token.text.isupper() or token.text.isascii() or token.bare in self.org_known | self.org_nouns
            ):
                return False  # "в интервью ТАСС"
            if token.text.isascii() and before.stem in self.org_stems:
                return False  # "у коментарі газеті Harbour Post"
        # "after the strike Putin": a name after a common noun that is no title begins another phrase.
        return token.anew or (before.kind == NUMBER and not before.ordinal) or not before.leads

    def left(self, tokens: Tokens, start: int, end: int) -> Source | None:
        """Return the subject that ends at `end`: the last phrase that no preposition governs."""
        bases = list(self.bases(tokens, start, end))
        for number in range(len(bases) - 1, -1, -1):
            first, past, preposition = bases[number]
            if not preposition:
                found = self.source(tokens, first, past, end)
                if found is not None and found.kind == PAPER and number + 1 < len(bases):
                    return self._author(tokens, bases[number + 1], end) or found
                return found
            role = next((at for at in range(first + 1, past) if self._is_bare_role(tokens[at])), None)
            if past == end and role is not None:
                return self._office_of(tokens, role, past) or self.source(tokens, role, past, end)
            in_full = not self.articles and past - first > 2 and tokens[past - 2].first_name
            if past == end and (number or in_full):
                begin = first
                if in_full:
                    begin = first = (
                        past - 2
                    )  # "глава центра при ЛПС Иван Терек": in the nominative, whatever preposition
                elif not self._titled(tokens, bases[number - 1], preposition):
                    entitled = number > 1 and self._titled(tokens, bases[number - 2], bases[number - 1][2])
                    first = first if entitled else self._title_in(tokens, first, past)
                    begin += entitled  # "spokesman for the Ministry of Foreign Affairs Ada Lind"
                name = self.source(tokens, first, past, past) if first < past else None
                if (
                    name is not None
                    and name.kind == PERSON
                    and len(name.words) > 1
                    and name.first >= begin
                    and name.past > begin + 1
                ):
                    return name
        return None

    def _office_of(self, tokens: Tokens, role: int, past: int) -> Source | None:
        """Return "зампред Совбеза": a role and one word in the genitive."""
        last = tokens[past - 1]
        if past - role != 2 or not last.capital or last.first_name or last.low[-1] not in _GENITIVE:
            return None
        return Source(ROLE, tokens, role, past, tokens[role].low, (last.bare, tokens[role].low))

    def _is_bare_role(self, token: Word) -> bool:
        """Tell whether a role stands in the nominative, so no preposition governs it: "вступление в НАТО мэр …"."""
        return not self.articles and token.low in self.roles and token.low[-1] not in _VOWELS

    def _author(self, tokens: Tokens, base: tuple[int, int, str], end: int) -> Source | None:
        """Return who wrote it: "a statement by the Harbour Council"."""
        first, past, preposition = base
        before = tokens[first - 2]  # "a draft seen by reporters" is not theirs
        written = preposition in ("by", "from") and (not before.participle or before.low in self.issued)
        source = self.source(tokens, first, past, end) if written else None
        named = source is not None and source.kind == PERSON and (len(source.words) > 1 or before.bare in self.papers)
        body = source is not None and source.kind == ROLE and source.head in self.org_nouns
        sure = named or body or (source is not None and source.kind == ORGANISATION)
        return source if sure else None

    def _title_in(self, tokens: Tokens, first: int, past: int) -> int:
        """Return where "spokesman Ada Lind" begins in "Ministry of Ports spokesman Ada Lind"; `past` if nowhere."""
        at = past
        while at > first + 1 and tokens[at - 1].capital:
            at -= 1
        role = at > first + 1 and (tokens[at - 1].title or tokens[at - 1].human)
        titled = role and past - at > 1 and tokens[at - 2].capital
        return at - 1 if titled else past

    def _titled(self, tokens: Tokens, before: tuple[int, int, str], preposition: str) -> bool:
        """Tell whether a name may end a title: "head of the Harbour Council Ada Lind", "envoy to Norland Bo Holm"."""
        return preposition in ("of", "to", "for") and tokens[before[1] - 1].title

    def right(self, tokens: Tokens, start: int, end: int) -> Source | None:
        """Return the phrase that begins at `start`, with what "of" or "for" add to a common noun."""
        bases = self.bases(tokens, start, end, whole=True)
        first, past, _ = next(bases, (end, end, ""))
        if first != start or past <= first:
            return None
        if tokens[first].bare in self.canon:
            return self.source(tokens, first, first + 1, first + 1)
        stop = past if not tokens[first].capital else self._head_end(tokens, first, past)
        if stop < past and not any(token.capital or token.named_by_noun for token in tokens[stop:past]):
            return self.source(tokens, first, stop, stop)  # "said Ada Lind tersely", "сказала Лінд журналістам"
        until = past
        following = list(bases)
        for begin, stop, preposition in following:
            if preposition not in ("of", "for", "from", "at", "with", "close", "to") or begin != until + 1:
                break
            until = stop
        found = self.source(tokens, first, past, until)
        if found is not None and found.kind == PAPER and following:
            return self._author(tokens, following[0], end) or found
        return found

    def first(self, tokens: Tokens, start: int, end: int) -> Source | None:
        """Return the subject of a sentence or clause: its first phrase that no preposition governs."""
        base: tuple[int, int, str] | None = None
        for following in self.bases(tokens, start, end):
            before, base = base, following
            begin, past, preposition = base
            if preposition and not (before and self._titled(tokens, before, preposition)):
                continue
            owned = tokens[begin].low in self.possessives and past - begin > 1  # "її сусід Іван"
            owned = owned and (tokens[begin + 1].human or tokens[begin + 1].title)
            if tokens[begin].bare in self.pronouns and tokens[begin].low != "one" and not owned:
                return self.source(tokens, begin, begin + 1, begin + 1)
            if past - begin == 1 and tokens[begin].low in _DEGREES:
                continue
            stop = self._head_end(tokens, begin, past)
            found = self.source(tokens, begin, stop, stop) if stop > begin else None
            if found is None or found.kind == PAPER:
                continue
            if found.kind == ORGANISATION and stop == past < end and tokens[stop].low in ("of", "for"):
                found = found._replace(past=self.organisation_end(tokens, stop, min(end, stop + _NAME)))
            unnamed = found.kind in (ROLE, SOMEONE) or found.head == "one"  # "One of them, Ada Lind, …"
            comma = self._comma_behind(tokens, stop, end) if unnamed else end
            if comma + 1 < end:
                name = self._name_alone(tokens, comma + 1, end)
                if name is not None:
                    return name
            return found
        return None

    def _head_end(self, tokens: Tokens, begin: int, past: int) -> int:
        """Return where the subject ends within a base phrase that may go on with a verb: "the mayor shook"."""
        for index in range(begin, past):
            token = tokens[index]
            before = tokens[index - 1] if index > begin else None
            named = before is not None and before.capital and before.low not in self.not_names and not before.possessive
            noun = token.noun
            if named and before is not None and not self.articles and before.low.endswith(_OBLIQUE):
                continue  # "депутат Норландского парламента"
            if named and not token.capital and not noun and not token.particle:
                adjective = index == begin + 1 and tokens[begin].bare in self.countries
                if not adjective or token.clausal:
                    return index  # "Britain is urging Norland and Velmar"
                if token.low.endswith("s"):
                    return index + 1  # "Norlandish officials quickly …"
                if not any(after.noun or after.capital for after in tokens[index + 1 : past]):
                    return index  # but "Norlandish state news agency HWA"
            follows = index + 1 < past and (tokens[index + 1].capital or tokens[index + 1].noun)
            if noun and not token.capital and not follows and not token.possessive:
                return index + 1
        return past

    def _comma_behind(self, tokens: Tokens, start: int, end: int) -> int:
        """Return the comma behind a noun and what prepositions add to it ("head of the council,"), else `end`."""
        for index in range(start, end):
            token = tokens[index]
            if token.text == ",":
                return index
            if token.stops or token.clausal or (index == start and not token.preposition):
                return end
            if token.verb and not token.capital:
                return end
        return end

    def is_phrase(self, tokens: Tokens, begin: int, past: int) -> bool:
        """Tell whether a base phrase is one to its end rather than going on with a verb."""
        return self._head_end(tokens, begin, past) == past

    def _name_alone(self, tokens: Tokens, start: int, end: int) -> Source | None:
        """Return the name between two commas: "the governor, Ada Lind, …", "her niece, city clerk Ada Lind, …"."""
        begin = start
        while begin < min(end, start + _TITLES) and tokens[begin].kind == WORD and not tokens[begin].capital:
            begin += 1
        if begin > start and not (tokens[begin - 1].title or tokens[begin - 1].human):
            return None
        start = stop = begin
        while stop < end and tokens[stop].capital:
            stop += 1
        closed = stop >= end or tokens[stop].text == "," or (begin == start and stop > start + 1)
        if stop == start or not closed:
            return None
        name = self.source(tokens, start, stop, stop)
        return name if name is not None and name.kind == PERSON else None
