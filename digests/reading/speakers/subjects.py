"""Finds the subject of a verb of saying: before it, across an apposition, or at the head of the clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.reading.speakers.lexicon import NUMBER, QUOTE, WORD, Word
from digests.reading.speakers.proper_names import LONGEST_NAME
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, ROLE, SOMEONE, Source

if TYPE_CHECKING:
    from digests.reading.languages import Language
    from digests.reading.speakers.phrases import Phrases
    from digests.reading.speakers.tokens import Tokens

_PARTY = re.compile(r"[A-Z]-[A-Z][\w.]+")  # "R-Ky.", "R-KY"
_ASIDE = 10  # tokens in "who identified himself as"
_CHUNKS = 6  # stretches between commas looked at
_NAMING = (
    "known",
    "goes",
    "went",
    "nicknamed",
    "identified",
    "named",
    "introduced",
)  # "a blogger who goes by Night Heron"
_HELD = ("believed", "thought", "considered", "reported", "said", "known", "described", "called")
_ASIDES = 2  # between dashes or brackets, one before the other; more is no prose
_REACH = 40  # tokens looked at on either side of a verb; keeps long sentences linear


class Subjects:
    """Finds subjects by the rules of one language."""

    def __init__(self, language: Language, phrases: Phrases) -> None:
        words = language.words
        self.phrases = phrases
        self.participles = words("cues", "participles")
        self.passive = words("cues", "passive")
        self.auxiliaries = words("cues", "auxiliaries")
        self.nominative = words("cues", "nominative")
        self.asked = words("cues", "asked")
        self.plurals = words("cues", "plurals")
        self.coordinators = words("grammar", "coordinators")
        self.wherein = words("grammar", "wherein")

    def subject(self, tokens: Tokens, cue: int, asides: int = 0) -> tuple[Source, int] | None:
        """Return the subject before the verb at `cue`, and the index of its first token; `asides` stand between."""
        end = cue
        while end > 0 and self._skippable(tokens, end - 1):
            end -= 1
        if any(tokens[i].low in self.passive for i in range(end, cue)) and tokens[cue].low != "quoted":
            return None
        if end == 0:
            return None
        before = tokens[end - 1]
        if before.text == ",":
            return self._apposition(tokens, end - 1)
        if before.text in ("—", "–", "-", ")"):
            return self._parenthesis(tokens, end - 1, asides) if asides < _ASIDES else None
        if before.low in self.phrases.relative:
            return self._before_relative(tokens, end - 1)
        if before.low in self.wherein and end > 1 and tokens[end - 2].preposition:
            return self.clause_subject(tokens, end - 2)  # "Лінд показала відео, в якому заявила"
        if before.low in self.coordinators:
            return self.clause_subject(tokens, end - 1)
        if before.kind == QUOTE and not self.phrases.articles:
            return self._before_mark(tokens, end - 1, cue)
        return self._right_before(tokens, end, cue) if before.kind == WORD else None

    def _before_mark(self, tokens: Tokens, place: int, cue: int) -> tuple[Source, int] | None:
        """Return the subject that a name in marks ends ("командир батальйону «Чапля» сказав"), or one word in marks."""
        name = self.phrases.marked_name(tokens, place)
        one = tokens.over(place, place + 1).of(tokens.text)[1:-1]  # "Лінд «щиро» пообіцяла"
        if not place or tokens[place - 1].kind != WORD or not (name or (one.isalpha() and one.islower())):
            return None
        found = self._right_before(tokens, place, cue)
        if found is None or not name or found[0].kind != ROLE or found[0].past != place:
            return found
        return found[0]._replace(past=place + 1, words=(*name, *found[0].words)), found[1]

    def _right_before(self, tokens: Tokens, end: int, cue: int) -> tuple[Source, int] | None:
        """Return the subject that ends at `end` with nothing between it and the verb."""
        start = self.chunk_start(tokens, end)
        source = self.phrases.left(tokens, start, end) if start < end else None
        if source is None:  # "a resident who was able to flee said"
            clause = start > 0 and tokens[start - 1].low == "who"
            return self._before_relative(tokens, start - 1) if clause else None
        relative = self._relative(tokens, start) if source.kind != PRONOUN else None
        if relative is not None:
            return self._before_relative(tokens, relative) if relative >= 0 else None
        if source.kind in (ROLE, SOMEONE) and not source.plural and start > 1 and tokens[start - 1].text == ",":
            bearer = self._described_by(tokens, start - 1, cue)
            if bearer is not None:
                return bearer, 0
        return self._joined(tokens, self._marked(tokens, source, start), start)

    def _described_by(self, tokens: Tokens, comma: int, cue: int) -> Source | None:
        """Return whose description lacks its second comma: "Ada Lind, the council’s director for Norland said that …".

        "Ada Lind, a guard said, has left" is a guard's.
        """
        aside = cue + 1 == len(tokens) or tokens[cue + 1].text == ","
        if aside or comma > LONGEST_NAME or not all(token.capital for token in tokens[:comma]):
            return None
        name = self.phrases.source(tokens, 0, comma, comma)
        return name if name is not None and name.kind == PERSON and len(name.words) > 1 else None

    def _marked(self, tokens: Tokens, source: Source, start: int) -> Source:
        """Take in the name in quotation marks before a noun: "the “Night Heron” channel said"."""
        lone = source.kind in (ORGANISATION, ROLE) and len(source.words) == 1
        if lone and start > 1 and tokens[start - 1].kind == QUOTE and tokens[start - 2].low in self.phrases.articles:
            return source._replace(kind=ORGANISATION, first=start - 1)
        return source

    def _relative(self, tokens: Tokens, start: int) -> int | None:
        """Return where the "who" stands whose clause the phrase at `start` belongs to; None if there is none.

        "The man who drove the car said", "a man who called himself a pilot": what stands in it is no subject. -1 says
        that the phrase is no subject, but whose it is cannot be told.
        """
        stop = tokens[start - 1] if start else None
        if stop is not None and stop.low in ("who", "which", "whose"):
            return start - 1
        if stop is None or stop.low != "as" or start < 2:
            return None
        before = tokens[start - 2]
        if before.low in _NAMING or (not before.participle and before.low not in self.phrases.reflexive):
            return None  # "a soldier known as Kit"
        return next((i for i in range(start - 2, max(0, start - _ASIDE), -1) if tokens[i].low == "who"), -1)

    def _joined(self, tokens: Tokens, source: Source, start: int) -> tuple[Source, int]:
        """Take in the other of "Ada Lind and the Harbour Council said": both speak, and neither alone."""
        both = start > 1 and tokens[start - 1].low == "and" and source.kind != PRONOUN
        first = self.chunk_start(tokens, start - 1) if both else start
        if not both or first >= start - 1 or (first and tokens[first - 1].kind == WORD):
            return source, start
        bases = list(self.phrases.bases(tokens, first, start - 1))
        other = self.phrases.left(tokens, first, start - 1)
        single = sum(not preposition for _, _, preposition in bases) == 1 and not bases[0][2]
        if other is None or not single or not self.phrases.is_phrase(tokens, *bases[0][:2]):
            return source, start
        if PRONOUN in (other.kind, source.kind) or not (self.phrases.is_shown(other) and self.phrases.is_shown(source)):
            return source, start
        if source.kind == PERSON and other.kind in (ROLE, SOMEONE) and not tokens[start].capital:
            return source, start  # "Norland captain and former miller Ada Lind"
        words = (*other.words, *source.words)
        return Source(ORGANISATION, tokens, other.first, source.past, source.head, words, plural=True), first

    def _skippable(self, tokens: Tokens, index: int) -> bool:
        token = tokens[index]
        if token.kind != WORD:
            return token.kind == NUMBER and tokens[index + 1].day  # "ввечері 18 вересня"
        return (
            token.low in self.auxiliaries
            or (token.low in self.passive and index > 0)
            or (token.day and token.low != "may")
            or token.adverb
            or (token.low in self.phrases.reflexive and index > 0)
            or (token.low == "on" and index + 1 < len(tokens) and tokens[index + 1].day)
        )

    def chunk_start(self, tokens: Tokens, end: int) -> int:
        """Return where the stretch that ends at `end` begins: behind a mark, a conjunction or another verb."""
        start = end
        while start > 0 and end - start < _REACH:
            token = tokens[start - 1]
            if token.stops:
                if token.text in "’'" and start - 1 > 0:
                    start -= 1
                    continue
                break
            if token.verb and not token.capital and token.low not in ("states", "reports", "posts", "calls"):
                break
            start -= 1
        return start

    def _apposition(self, tokens: Tokens, comma: int) -> tuple[Source, int] | None:
        """Find the subject before a comma: "Ada Lind, the mayor, said" or "the mayor, Ada Lind, said"."""
        chunks = _between_commas(tokens, comma)
        for number, (start, stop) in enumerate(chunks):
            if start < stop and (name := self._known_as(tokens, start, stop)) is not None:
                full = self._named_further(tokens, chunks[number + 1 :])  # "Ada Vey Lind, better known as Heron, said"
                person = full is not None and full.kind == PERSON and len(full.words) > 1
                return full if full is not None and person else name, chunks[-1][0]
            if start >= stop or (stop - start == 1 and _PARTY.fullmatch(tokens[start].text)):
                continue
            opener = tokens[start].low
            # "Ada Lind, asked whether she would go, said", "Night Heron, believed to be hers, said"
            asked = opener in self.asked or (
                opener in _HELD and start + 1 < stop and tokens[start + 1].low in ("to", "by", "as")
            )
            if opener not in self.phrases.relative and not asked and any(map(self._says, tokens[start:stop])):
                return None  # another clause: what stands before the comma is no subject
            source = self.phrases.left(tokens, max(start, self.chunk_start(tokens, stop)), stop)
            if source is None or (source.kind == ORGANISATION and source.head in self.phrases.countries):
                continue
            further = chunks[number + 1 :]
            described = self._describes(tokens[start], last=not further) or self._is_office(tokens, start, stop)
            if further and (source.kind != PRONOUN or source.head == "one"):  # "Ada Lind, one of the oldest, said"
                found = self._whom_described(tokens, source, (start, stop), further, described=described)
                if found is not None:
                    return found, chunks[-1][0]
            if (bearer := self._past_organisation(tokens, further)) is not None:
                return bearer, chunks[-1][0]
            if source.kind != PAPER and (not described or opener in self.phrases.articles):
                if source.kind == PERSON and further:  # "Ada Lind and her deputy, Bo Holm, said"
                    begin = self.chunk_start(tokens, further[0][1])
                    joined, at = self._joined(tokens, source, begin) if begin > further[0][0] else (source, begin)
                    if joined is not source:
                        return joined, at
                return source, chunks[-1][0]
        return None

    def _whom_described(
        self,
        tokens: Tokens,
        source: Source,
        chunk: tuple[int, int],
        further: list[tuple[int, int]],
        *,
        described: bool,
    ) -> Source | None:
        """Return whom a stretch between commas says something about: "Ada Lind, Ashton mayor, said"."""
        capital = tokens[chunk[1] - 1].capital and not any(token.preposition for token in tokens[chunk[0] : chunk[1]])
        noun = source.kind in (ROLE, SOMEONE) and not source.plural and not capital
        found = self._named_further(tokens, further) if described or noun else None
        if found is None and described and source.kind == PERSON:
            # "her niece, city clerk Ada Lind, said"
            return source if tokens[chunk[0]].low not in self.phrases.relative else None
        return found if described or (found is not None and found.kind == PERSON) else None

    def _past_organisation(self, tokens: Tokens, further: list[tuple[int, int]]) -> Source | None:
        """Return the person whose description ends in an organisation and its name: "Ada, of the firm, Kestrel"."""
        if len(further) < 2 or not tokens[further[0][1] - 1].organisation or tokens[further[0][1] - 1].capital:
            return None
        opens, named = further[0][0], further[1]
        if not self._describes(tokens[opens], last=False):
            return None
        source = self.phrases.left(tokens, max(named[0], self.chunk_start(tokens, named[1])), named[1])
        return source if source is not None and source.kind == PERSON and len(source.words) > 1 else None

    def _says(self, token: Word) -> bool:
        """Tell whether a word is a verb of saying: "United States" and "one of the states" are not."""
        return token.verb and not token.capital and token.low not in self.plurals

    def _is_office(self, tokens: Tokens, start: int, stop: int) -> bool:
        """Tell whether a stretch between commas is a title in capitals: ", CEO of Harbour Games,"."""
        office = tokens[start].title or tokens[start].bare in self.phrases.roles
        return office and start + 2 < stop and tokens[start + 1].low in ("of", "at", "for")

    def _known_as(self, tokens: Tokens, start: int, stop: int) -> Source | None:
        """Return the name in a stretch between commas like "who goes by Night Heron", "known as Night Heron"."""
        begin = stop
        while begin > start and tokens[begin - 1].capital:
            begin -= 1
        if not start + 1 < begin < stop or tokens[begin - 1].low not in ("as", "by"):
            return None
        known = any(token.low in _NAMING for token in tokens[max(start, begin - 4) : begin])
        words = tuple(token.low for token in tokens[begin:stop])
        return Source(PERSON, tokens, begin, stop, tokens[stop - 1].stem, words) if known else None

    def _describes(self, opener: Word, *, last: bool) -> bool:
        """Tell by its first word whether a stretch between commas only describes somebody named before it."""
        phrases = self.phrases
        return (
            opener.kind == NUMBER
            or opener.low in phrases.relative
            or opener.preposition
            or opener.low in phrases.determiners
            or opener.low in phrases.openers
            or opener.low in self.asked
            or (opener.low.endswith("ing") and not opener.capital and not last)
            or (not opener.capital and opener.low not in phrases.pronouns and not last)
        )

    def _named_further(self, tokens: Tokens, chunks: list[tuple[int, int]]) -> Source | None:
        for number, (start, stop) in enumerate(chunks):
            begin = max(start, self.chunk_start(tokens, stop))
            last = number + 1 == len(chunks)
            if stop - start == 1 and _PARTY.fullmatch(tokens[start].text):
                continue
            if not last and (begin > start or self._describes(tokens[start], last=False)):
                continue  # "a developer and spokeswoman for the council" describes whom the next one names
            source = self.phrases.left(tokens, begin, stop) if begin < stop else None
            if source is None or (not last and source.head in self.phrases.countries):
                continue  # "of Ashton, Md., …"
            if source.kind in (PERSON, ORGANISATION):
                return source
            if source.kind == SOMEONE and (source.plural or tokens[start].low in self.phrases.articles - {"the"}):
                return source
        return None

    def _parenthesis(self, tokens: Tokens, mark: int, asides: int) -> tuple[Source, int] | None:
        """Find the subject before a stretch between dashes or brackets."""
        opening = "(" if tokens[mark].text == ")" else tokens[mark].text
        for index in range(mark - 1, max(0, mark - _REACH), -1):
            if tokens[index].text == opening:
                return self.subject(tokens, index, asides + 1)
        return None

    def _before_relative(self, tokens: Tokens, relative: int) -> tuple[Source, int] | None:
        end = relative
        if end and tokens[end - 1].text == ",":
            end -= 1
        start = self.chunk_start(tokens, end)
        if tokens[relative].low == "which":  # "turned to the Harbour Council, which said"
            bases = list(self.phrases.bases(tokens, start, end))
            placed = (
                len(bases) > 1
                and bases[-1][2] in ("in", "from")
                and tokens[bases[-1][0]].bare in self.phrases.countries
            )
            if placed:  # "the Harbour Group in Norland, which says"
                end = bases.pop()[0] - 1
            nearest = self.phrases.source(tokens, bases[-1][0], end, end) if bases else None
            if nearest is not None and nearest.kind == PERSON:
                nearest = nearest._replace(kind=ORGANISATION)  # nobody is "which": "according to Kestrel, which said"
            if nearest is not None and nearest.kind == ORGANISATION:
                return nearest, bases[-1][0] if bases[-1][2] else start  # "a nod to Norland, which said"
        source = self.phrases.left(tokens, start, end) if start < end else None
        return None if source is None else (source, start)

    def clause_subject(self, tokens: Tokens, end: int) -> tuple[Source, int] | None:
        """Find the subject of "Ada Lind shook her head and said": that of the sentence."""
        start = end
        while start > 0 and end - start < _REACH and tokens[start - 1].text not in (":", ";"):
            before = tokens[start - 1]
            if before.kind == QUOTE and (
                start == end or tokens[start].kind != WORD or not self._fits(tokens, start - 1)
            ):
                break  # a passage that the clause does not run around
            if before.text == "," and start < end and tokens[start].low in self.nominative:
                break  # "when the mayor left, she shook her head and said"
            closed = before.text == "," or before.kind == QUOTE
            if closed and start + 1 < end and tokens[start].low in ("but", "while", "whereas"):
                # "the mayor blamed them, but Ada Lind denied it, saying"; but "…, while visiting Norland, saying"
                anew = tokens[start].low == "but" or tokens[start + 1].capital or tokens[start + 1].low == "the"
                other = self.phrases.first(tokens, start + 1, end) if anew else None
                if other is not None and other.kind in (PERSON, ORGANISATION):
                    return other, start
            start -= 1
        source = self.phrases.first(tokens, start, end)
        return None if source is None else (source, start)

    def _fits(self, tokens: Tokens, place: int) -> bool:
        """Tell whether a passage stands within a clause: ``had used the words “…” often and said``."""
        return place > 0 and tokens[place - 1].kind == WORD

    def following_subject(self, tokens: Tokens, cue: int) -> tuple[Source, int] | None:
        """Find the subject of "Calling it a …, Ada Lind left" behind the comma."""
        for index in range(cue, min(len(tokens), cue + _REACH)):
            if tokens[index].text == ",":
                source = self.phrases.first(tokens, index + 1, self.right_limit(tokens, index + 1))
                return None if source is None else (source, index + 1)
        return None

    def right_limit(self, tokens: Tokens, start: int) -> int:
        """Return where the stretch that begins at `start` ends: before a mark, a conjunction or another verb."""
        end = start
        while end < len(tokens) and end - start < _REACH:
            token = tokens[end]
            if token.stops:
                break
            if end > start and (token.verb or token.low in self.participles):
                break
            end += 1
        return end


def _between_commas(tokens: Tokens, comma: int) -> list[tuple[int, int]]:
    """Return the stretches between commas before the one at `comma`, the nearest first, up to a stronger mark."""
    chunks: list[tuple[int, int]] = []
    end = index = comma
    while index > max(0, comma - _REACH) and len(chunks) < _CHUNKS:
        token = tokens[index - 1]
        if token.kind == QUOTE or token.text in (":", ";", "—", "–"):
            break
        if token.text == ",":
            chunks.append((index, end))
            end = index - 1
        index -= 1
    if end > index:
        chunks.append((index, end))
    return chunks
