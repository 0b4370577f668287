"""Finds "who said" in one unit: every verb of saying with the phrase that is its subject."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from digests.reading.speakers.free_order import FreeOrder
from digests.reading.speakers.lexicon import MARK, QUOTE, WORD, Word
from digests.reading.speakers.phrases import Phrases
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, ROLE, SOMEONE, Source
from digests.reading.speakers.subjects import Subjects

if TYPE_CHECKING:
    from digests.reading.languages import Language
    from digests.reading.speakers.tokens import Tokens

_TIMES = 4  # words that tell when
_WHEN = ("last", "this", "on", "earlier", "later", "week", "weekend", "month", "year")
_BY = 9  # words between "This was stated" and "by"
_DESCRIPTION = 6  # tokens in "and longtime business partner,"
SAY, PARTICIPLE, ACCORDING = "say", "participle", "according"


class Attribution(NamedTuple):
    """A source and its cue: token indices of the cue, and of the first and past the last token of both."""

    source: Source
    cue: int
    first: int
    past: int
    kind: str = SAY
    weak: bool = False


class Attributions(Subjects):
    """Finds attributions by the rules of one language."""

    def __init__(self, language: Language, phrases: Phrases) -> None:
        super().__init__(language, phrases)
        words = language.words
        self.order = FreeOrder(language, phrases)
        self.phrasal = frozenset(tuple(phrase.split()) for phrase in words("cues", "phrasal"))
        self.addressing = words("cues", "addressing")
        self.asking, self.questions = words("cues", "asking"), words("cues", "questions")
        self.requested, self.answered = words("cues", "requested"), words("cues", "answered")
        self.bare, self.modals = words("cues", "bare"), words("cues", "modals")
        self.habitual, self.finite = words("cues", "habitual"), words("cues", "finite")
        self.author = words("pronouns", "author")
        self.quoting = words("cues", "quoting")
        self.weak = words("cues", "weak")
        self.cited = words("cues", "cited")
        self.captioning = words("cues", "captioning")
        self.citing, self.conveying = words("cues", "citing"), words("cues", "conveying")
        self.conveyed = words("cues", "conveyed")
        self.blaming = words("cues", "blaming")
        self.continuing = words("cues", "continuing")
        self.topics = phrases.topics
        self.labels = frozenset(tuple(label.split()) for label in language.rules.get("cues", {}).get("labels", ()))
        self.sources = words("cues", "sources")
        self.labels_of = tuple(tuple(label.split()) for label in language.rules.get("cues", {}).get("labels_of", ()))
        self.according = tuple(tuple(phrase.split()) for phrase in language.rules.get("cues", {}).get("according", ()))
        self.according_him = {
            tuple(phrase.split()): pronoun
            for pronoun, phrases in language.rules.get("cues", {}).get("according_him", {}).items()
            for phrase in phrases
        }
        self.according_first = frozenset(phrase[0] for phrase in (*self.according, *self.according_him))
        self.according_longest = max(map(len, (*self.according, *self.according_him)), default=0)

    def find(self, tokens: Tokens) -> list[Attribution]:
        """Return the attributions of one unit in order of their cues."""
        found: list[Attribution] = []
        for index in [index for index, token in enumerate(tokens) if token.cue]:
            token = tokens[index]
            low = token.low
            attribution = None
            if low in self.citing or self.passes_on(tokens, index):
                attribution = self._cites(tokens, index)
            elif (token.verb and (not token.capital or not index)) or (
                index + 1 < len(tokens) and (low, tokens[index + 1].low) in self.phrasal
            ):
                attribution = self._verb(tokens, index)
                if attribution is not None and low in self.bare and not self._agrees(tokens, attribution):
                    attribution = None
            elif low in self.participles:
                attribution = self._participle(tokens, index, found)
            elif low in self.according_first:
                attribution = self._according(tokens, index)
            elif low in self.captioning:
                attribution = self._inverted(tokens, index, weak=False) if _is_behind_speech(tokens, index) else None
            if attribution is None or (found and self._is_described(tokens, attribution, found[-1])):
                continue
            if not (found and self._is_within(attribution, found[-1])):
                found.append(self._same_subject(tokens, attribution, found) if found else attribution)
        return found

    def _is_within(self, attribution: Attribution, before: Attribution) -> bool:
        """Tell whether it is a thing that "says", in what somebody said: "Lind said the blasts recalled “…”"."""
        source = attribution.source
        thing = source.kind in (SOMEONE, ROLE) and not self.phrases.is_shown(source)
        spoke = before.source.kind in (PERSON, ORGANISATION) and before.kind == SAY
        return thing and spoke and attribution.kind == SAY and before.cue < attribution.first

    def _is_described(self, tokens: Tokens, attribution: Attribution, before: Attribution) -> bool:
        """Tell whether a verb only describes what is told of: "Ada Lind said the deal announced in Tolm was …"."""
        source, cue = attribution.source, attribution.cue
        between = tokens[before.cue + 1 : source.first] if before.cue < source.first else ()
        told = len(between) > 0 and all(token.low == "that" or token.low in self.phrases.articles for token in between)
        follows = tokens[cue + 1] if cue + 1 < len(tokens) else None
        return source.kind == PAPER and told and follows is not None and follows.preposition

    def _same_subject(self, tokens: Tokens, attribution: Attribution, found: list[Attribution]) -> Attribution:
        """Read "the Harbour Council said it believed …": it is the council, and no body named before."""
        before, source = found[-1], attribution.source
        if source.kind != PRONOUN or source.head != "it" or before.source.kind not in (ORGANISATION, ROLE):
            return attribution
        between = tokens[before.cue + 1 : source.first]
        if source.first <= before.cue or len(between) > 1 or any(token.low != "that" for token in between):
            return attribution
        return attribution._replace(source=before.source)

    # ------------------------------------------------------------------------------------------ finite verbs

    def _verb(self, tokens: Tokens, cue: int) -> Attribution | None:
        before = tokens[cue - 1] if cue else None
        habit = cue > 1 and tokens[cue - 2].low in self.habitual  # "used to say"
        if before is not None and before.kind == WORD and self._nominal(before) and not habit:
            return None
        if tokens[cue].low in self.plurals and not self._takes_speech(tokens, cue + 1):
            return None
        weak = tokens[cue].low in self.weak
        passive = self._agent(tokens, cue) if cue > 1 and before is not None and before.low in self.passive else None
        quoted = passive or (self._quoted(tokens, cue) if tokens[cue].low in self.quoting else None)
        if quoted is not None:
            return quoted
        behind = cue
        while behind and tokens[behind - 1].text in (",", "—", "–", "-"):
            behind -= 1
        after_quote = behind == 0 or tokens[behind - 1].kind == QUOTE
        if after_quote or before is None:
            inverted = self._inverted(tokens, cue, weak=weak)
            if inverted is not None:
                return inverted
        reporter = self._closing(tokens, cue) if before is not None and before.text == "," else None
        if reporter is not None:
            return reporter
        if self.order.free:
            return self._by_free_order(tokens, cue, weak=weak)
        left = self.subject(tokens, cue)
        if left is not None:
            return Attribution(left[0], cue, left[1], cue + 1, weak=weak)
        return self._behind_comma(tokens, cue, weak=weak)

    def _behind_comma(self, tokens: Tokens, cue: int, *, weak: bool) -> Attribution | None:
        """Read "…, said Ada Lind"; in "The letter, seen by a paper, says the army “lacks men”" it is not the army."""
        behind = cue > 0 and tokens[cue - 1].text in (",", "—", "–")
        if not behind or tokens[cue].capital or tokens[cue].low in self.addressing:
            return None
        found = self._inverted(tokens, cue, weak=weak)
        return None if found is None or (found.past < len(tokens) and tokens[found.past].kind == QUOTE) else found

    def _agent(self, tokens: Tokens, cue: int) -> Attribution | None:
        """Find who said it in "This was stated on Friday by Ada Lind"."""
        if tokens[cue - 2].low not in ("this", "it", "that", "which", "information"):
            return None
        by = self._by(tokens, cue + 1)
        if by is None:
            return None
        end = self.right_limit(tokens, by + 1)
        source = self.phrases.right(tokens, by + 1, end) if end > by + 1 else None
        named = self.phrases.left(tokens, by + 1, end) if source is not None and source.kind == ROLE else None
        if named is not None and named.kind == PERSON:
            source = named  # "by the governor of the region Ada Lind"
        if source is None or source.kind not in (PERSON, ORGANISATION, ROLE):
            return None
        if source.kind == ROLE and (name := self._name_behind(tokens, end)) is not None:
            return Attribution(name, cue, cue, name.past)
        return Attribution(source, cue, cue, end)

    def _by(self, tokens: Tokens, start: int) -> int | None:
        """Return where "by" stands behind "This was stated (on Friday, in his channel)", or the day where it lacks."""
        for index in range(start, min(len(tokens) - 1, start + _BY)):
            token, following = tokens[index], tokens[index + 1]
            if token.low == "by":
                return index
            if token.day and following.low == "the":
                return index  # "This was stated in his channel on Friday the mayor Ada Lind"
            if token.stops or token.verb:
                break
        return None

    def _name_behind(self, tokens: Tokens, comma: int) -> Source | None:
        """Return the name behind a comma: "the head of the council, Ada Lind"."""
        if comma >= len(tokens) or tokens[comma].text != ",":
            return None
        limit = self.right_limit(tokens, comma + 1)
        name = self.phrases.right(tokens, comma + 1, limit)
        named = name is not None and name.kind == PERSON and _is_name(tokens, comma + 1, limit, name)
        return name if named else None

    def _agrees(self, tokens: Tokens, attribution: Attribution) -> bool:
        """Tell whether "say" is the verb of its subject ("officials say"): not of "it would say", "a phone call"."""
        source, cue = attribution.source, attribution.cue
        modal = cue > 0 and tokens[cue - 1].low in self.modals and tokens[max(0, cue - 2)].low not in self.habitual
        several = source.plural or source.head in self.author or source.head in ("they", "we", "you")
        return not modal and (several or tokens[cue - 1].low == "to")

    def _by_free_order(self, tokens: Tokens, cue: int, *, weak: bool) -> Attribution | None:
        """Find who says it where the subject may stand on either side of the verb at `cue`."""
        behind = None if tokens[cue].low in self.blaming else self._inverted(tokens, cue, weak=weak)
        if tokens[cue].low in self.order.contents:
            left = self.order.before(tokens, cue) if behind is None else None
            return behind if left is None else Attribution(left[0], cue, 0, cue + 1, weak=weak)
        sure = behind is not None and behind.source.kind in (PERSON, ORGANISATION, ROLE)
        topic = self.opens_topic(tokens) or self.order.is_nominative(tokens, cue + 1)
        if sure and cue and (tokens[cue - 1].text == "," or topic):
            return behind  # "…, повідомив мер Іво Терек", "Про це в ефірі повідомив мер"
        left = self.order.before(tokens, cue) or self.subject(tokens, cue)
        return behind if left is None else Attribution(left[0], cue, left[1], cue + 1, weak=weak)

    def opens_topic(self, tokens: Tokens) -> bool:
        """Tell whether a sentence begins with "про це", so that its subject stands behind its verb."""
        return len(tokens) > 1 and (tokens[0].low, tokens[1].low) in self.topics

    def _closing(self, tokens: Tokens, cue: int) -> Attribution | None:
        """Read the end of "The bridge will be shut for months, said Ada Lind."."""
        if tokens[cue].low in self.addressing or tokens[cue].low in self.weak:
            return None
        found = self._inverted(tokens, cue, weak=False)
        if found is None or found.source.kind != PERSON:
            return None
        return found if found.past == len(tokens) or tokens[found.past].text == "," else None

    def _takes_speech(self, tokens: Tokens, index: int) -> bool:
        return index < len(tokens) and (tokens[index].kind in (QUOTE, MARK) or tokens[index].low == "that")

    def _nominal(self, before: Word) -> bool:
        return (
            before.low in self.phrases.articles
            or before.low in self.phrases.possessives
            or before.low in ("to", "of", "these", "those", "such", "in", "for", "with", "by", "from", "at", "on")
            or (before.possessive and (before.capital or not (before.anew or before.boundary)))
        )

    def _inverted(self, tokens: Tokens, cue: int, *, weak: bool) -> Attribution | None:
        start = cue + 1
        while start < len(tokens) and (tokens[start].low in self.auxiliaries or tokens[start].day):
            start += 1
        end = self.right_limit(tokens, start)
        if end <= start:
            told = self.order.past_addressee(tokens, cue) if self.order.free and end == cue + 1 else None
            return None if told is None else Attribution(told[0], cue, cue, told[1], weak=weak)
        if self.order.free and (found := self.order.behind(tokens, cue, end)) is not None:
            if found[0].kind in (ROLE, SOMEONE) and (name := self._turned(tokens, found[1])) is not None:
                return Attribution(name, cue, cue, name.past, weak=weak)
            return Attribution(found[0], cue, cue, found[1], weak=weak)
        if tokens[cue].low in self.order.contents:
            return None
        if tokens[start].preposition or tokens[start].low == "that":
            return None
        source = self.phrases.right(tokens, start, end)
        if source is None or self._begins_clause(tokens, source.past, end):
            return None
        past = end
        # "said his teacher, Iryna Mazur": the name stands behind the comma.
        unnamed = source.kind in (ROLE, SOMEONE) or source.head == "one"
        if unnamed and end < len(tokens) and tokens[end].low == "and":  # "said his sister and partner, Ada Lind"
            end = self._described_to(tokens, end)
        if unnamed and end < len(tokens) and tokens[end].text == ",":
            limit = self.right_limit(tokens, end + 1)
            name = self.phrases.right(tokens, end + 1, limit)
            if name is not None and name.kind == PERSON and _is_name(tokens, end + 1, limit, name):
                source, past = name, limit
        if source.kind == PAPER and (issuer := self._issuer(tokens, end)) is not None:
            source, past = issuer, issuer.past
        return Attribution(source, cue, cue, past, weak=weak)

    def _turned(self, tokens: Tokens, comma: int) -> Source | None:
        """Return the name behind another role: "заявив міліціонер, а нині мер Тольми Ада Лінд"."""
        start = self.order.past_turn(tokens, comma)
        if comma >= len(tokens) or tokens[comma].text != "," or start == comma + 1:
            return None
        name = self.phrases.right(tokens, start, self.right_limit(tokens, start))
        return name if name is not None and name.kind == PERSON else None

    def _issuer(self, tokens: Tokens, comma: int) -> Source | None:
        """Return whose it is in "said the statement, issued by Ada Lind"."""
        issued = comma + 3 < len(tokens) and tokens[comma].text == "," and tokens[comma + 1].low in self.phrases.issued
        if not issued or tokens[comma + 2].low != "by":
            return None
        source = self.phrases.right(tokens, comma + 3, self.right_limit(tokens, comma + 3))
        return source if source is not None and source.kind in (PERSON, ORGANISATION) else None

    def _begins_clause(self, tokens: Tokens, index: int, end: int) -> bool:
        """Tell whether the phrase before `index` is the subject of what was said: "said Ada Lind had left"."""
        return index < end and tokens[index].low in self.finite

    def _described_to(self, tokens: Tokens, conjunction: int) -> int:
        """Return the comma that a description goes on to behind "and"; `conjunction` if it is no description."""
        for index in range(conjunction + 1, min(len(tokens), conjunction + _DESCRIPTION)):
            if tokens[index].text == ",":
                return index
            if tokens[index].stops or tokens[index].capital or tokens[index].clausal:
                break
        return conjunction

    def _quoted(self, tokens: Tokens, cue: int) -> Attribution | None:
        """Find who is quoted in "the agency quoted Ada Lind as saying"."""
        end = self.right_limit(tokens, cue + 1)
        if end > cue + 1 and _followed(tokens, end - 1, "as"):
            source = self.phrases.right(tokens, cue + 1, end)
            if source is not None and source.kind != PAPER:
                return Attribution(source, cue, cue, end + 1)
        return None

    def passes_on(self, tokens: Tokens, cue: int) -> bool:
        """Tell whether another's words are passed on: "передає слова Лінд", not "показала лист у мережі"."""
        if cue + 2 >= len(tokens) or not (tokens[cue].low in self.conveying and tokens[cue + 1].low in self.conveyed):
            return False
        return tokens[cue + 2].kind == WORD and not tokens[cue + 2].preposition

    def _cites(self, tokens: Tokens, cue: int) -> Attribution | None:
        """Find who is cited in «…», — цитує Лінд агентство: the name or pronoun behind it, whoever cites."""
        start = end = cue + (1 if tokens[cue].low in self.citing else 2)  # "передає слова Лінд агентство"
        while end < len(tokens) and not tokens[end].stops:
            end += 1
        if start < end and (pronoun := self.order.whose.get(tokens[start].low)):
            return Attribution(Source(PRONOUN, tokens, start, start + 1, pronoun), cue, cue, end)
        first = start
        while first < end:
            past = first
            while past < end and tokens[past].capital and not tokens[past].text.isupper():
                past += 1
            named = past > first and not tokens[first - 1].preposition
            source = self.phrases.source(tokens, first, past, past) if named else None
            if source is not None and source.kind == PERSON:
                return Attribution(source, cue, cue, end)
            first = past + 1
        return None

    # -------------------------------------------------------------------------------------------- the others

    def _participle(self, tokens: Tokens, cue: int, found: list[Attribution]) -> Attribution | None:
        before = tokens[cue - 1] if cue else None
        if before is not None and before.kind == WORD and (self._nominal(before) or before.low == "without"):
            return None
        source: Source | None = None
        if before is not None and before.low in self.passive:
            subject = self.subject(tokens, cue)
            source = subject[0] if subject else None
        elif before is not None and before.low == "as" and found:  # "quoted Ada Lind as saying"
            source = found[-1].source
        elif before is not None and (end := self._past_times(tokens, cue)) and tokens[end - 1].capital:
            bases = list(self.phrases.bases(tokens, self.chunk_start(tokens, end), end))  # "footage of Ada Lind saying"
            if bases and bases[-1][1] == end and (end == cue or bases[-1][2] == "with"):
                source = self.phrases.source(tokens, bases[-1][0], end, end)
        if source is None:
            subject = self.clause_subject(tokens, cue) or (None if cue else self.following_subject(tokens, cue))
            source = subject[0] if subject else None
        if found and found[-1].kind != ACCORDING and self._yields(source):
            source = found[-1].source
        if source is None or source.kind == PAPER:
            return None
        return Attribution(self._answering(tokens, cue) or source, cue, cue, cue + 1, kind=PARTICIPLE)

    def _answering(self, tokens: Tokens, cue: int) -> Source | None:
        """Return who was asked, and answered: "The Post asked the army about it, but got a statement saying"."""
        answer = next((at for at in range(cue - 1, 0, -1) if tokens[at].low in self.answered), 0)
        request = next((at for at in range(answer - 1, 0, -1) if tokens[at].low in self.requested), 0)
        if not request:
            return None
        asked = self.phrases.right(tokens, request + 1, self.right_limit(tokens, request + 1))
        return asked if asked is not None and asked.kind in (PERSON, ORGANISATION, ROLE) else None

    def _past_times(self, tokens: Tokens, cue: int) -> int:
        """Return where what tells the time before `cue` begins: "with Ada Lind last weekend saying"."""
        end = cue
        while end and cue - end < _TIMES and (tokens[end - 1].day or tokens[end - 1].low in _WHEN):
            end -= 1
        return end

    def _yields(self, source: Source | None) -> bool:
        """Tell whether whom a sentence is about is less sure than who spoke in it: "Norland captain Ada Lind"."""
        if source is None or source.kind in (ROLE, SOMEONE, PAPER):
            return True
        return source.kind == ORGANISATION and source.head in self.phrases.countries

    def _according(self, tokens: Tokens, start: int) -> Attribution | None:
        words = tuple([token.low for token in tokens[start : start + self.according_longest]])
        for phrase, pronoun in self.according_him.items():
            if words[: len(phrase)] == phrase:
                stop = start + len(phrase)
                return Attribution(
                    Source(PRONOUN, tokens, start + 1, start + 2, pronoun), start, start, stop, kind=ACCORDING
                )
        for phrase in self.according:
            if words[: len(phrase)] == phrase:
                stop = start + len(phrase)
                end = self.right_limit(tokens, stop)
                source = self.phrases.right(tokens, stop, end) if end > stop else None
                if source is None:
                    return None
                name = self._name_behind(tokens, end) if source.kind in (ROLE, SOMEONE) else None
                if name is not None:
                    return Attribution(name, start, start, name.past, kind=ACCORDING)
                return Attribution(source, start, start, end, kind=ACCORDING)
        return None


@cache
def attributions(language: Language) -> Attributions:
    """Return the finder of attributions of a language, one for all its documents."""
    return Attributions(language, Phrases(language))


def _is_name(tokens: Tokens, start: int, end: int, name: Source) -> bool:
    """Tell whether ``tokens[start:end]`` are nothing but capitalised words, or end in a title and a name in full."""
    before = tokens[name.first - 1]
    full = name.past == end and name.past - name.first > 1 and name.first > start and (before.title or before.human)
    return full or (end > start and all(token.capital for token in tokens[start:end]))


def _followed(tokens: Tokens, index: int, word: str) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].low == word


def _is_behind_speech(tokens: Tokens, index: int) -> bool:
    """Tell whether nothing but marks parts the word at `index` from the passage before it."""
    while index and tokens[index - 1].kind == MARK:
        index -= 1
    return index > 0 and tokens[index - 1].kind == QUOTE
