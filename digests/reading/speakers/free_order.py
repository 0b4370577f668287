"""Who says it in languages whose subject may stand behind its verb, as Ukrainian and Russian put it in news.

- ``…, повідомив у середу мер Іво Терек``: the subject behind the verb, past what prepositions put between;
- ``«…», — зазначили у бригаді``: the institution in which "they" said it;
- ``«…», — говорится в сообщении ведомства``: the owner of the paper in which it stands.

Nouns are compared without their case endings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.reading.speakers.lexicon import MARK, QUOTE, WORD
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, Source

if TYPE_CHECKING:
    from digests.reading.languages import Language
    from digests.reading.speakers.lexicon import Word
    from digests.reading.speakers.phrases import Phrases
    from digests.reading.speakers.tokens import Tokens

_CASE = re.compile(r"(?<=\w\w)(?:ами|ями|ах|ях|ам|ям|ові|еві|ою|ею|ом|ем|єм|[аяуюеєоіиыьй])$")
_REACH = 12  # tokens between a verb and what is looked for behind it
_PLURAL = ("ли", "ють", "ют", "ят")  # endings of verbs for "they"
_MARKED = 30  # code points of a name in marks
_LOCATIVES = ("ому", "ій", "ом", "ем", "ой", "ей")  # endings of adjectives behind "in"
_ADJECTIVES = ("ий", "ій", "ый", "ой", "ая", "а")  # … in the nominative
_NAME = 4  # words in a person's name at most


class FreeOrder:
    """Reads what follows a verb of saying, by the rules of one language; finds nothing in others."""

    def __init__(self, language: Language, phrases: Phrases) -> None:
        words = language.words
        self.phrases = phrases
        self.free = bool(language.rules.get("grammar", {}).get("free_order"))
        self.contents = words("cues", "contents")
        self.within = words("grammar", "within")
        self.out_of = words("grammar", "out_of") | self.within
        nouns = phrases.org_nouns | phrases.org_roles | phrases.org_known
        self.bodies = frozenset(map(_stem, nouns))
        self.papers = frozenset(map(_stem, phrases.papers))
        self.about = words("cues", "about")
        self.turned = words("cues", "turned")
        self.whose = dict(language.rules.get("pronouns", {}).get("whose", {}))

    def behind(self, tokens: Tokens, cue: int, limit: int) -> tuple[Source, int] | None:
        """Return the subject somewhere behind the verb at `cue` and where it ends; or who "they" are."""
        if tokens[cue].low in self.contents:
            return self._owner(tokens, cue + 1)
        start = cue + 1
        if start < limit and tokens[start].low in self.within and tokens[cue].low.endswith(_PLURAL):
            return self._body(tokens, start + 1)
        if start < limit and (tokens[start].preposition or tokens[start].day):
            told = self.phrases.talks  # "в эфире радио": that says it to nobody
            reach = range(start + 1, min(limit, cue + _REACH))
            start = next((at for at in reach if self._begins(tokens[at]) and tokens[at - 1].low not in told), limit)
        source = self.phrases.right(tokens, start, limit) if start < limit else None
        if source is not None and source.kind == PERSON and _stem(tokens[start].low) in self.papers:
            return None  # "спростував повідомлення мера Лінд"
        return self._past_name(tokens, cue, limit) if source is None else (source, limit)

    def _past_name(self, tokens: Tokens, cue: int, limit: int) -> tuple[Source, int] | None:
        """Return the person behind a name in marks, where prepositions put it: "сказав у розмові з «Берегом» Лінд"."""
        if not (cue + 1 < limit + 1 < len(tokens) and tokens[limit].kind == QUOTE and tokens[cue + 1].preposition):
            return None
        mark = tokens.over(limit, limit + 1)
        end = self._phrase_end(tokens, limit + 1)
        if mark.end - mark.start > _MARKED or end == limit + 1:
            return None
        source = self.phrases.right(tokens, limit + 1, end)
        return (source, end) if source is not None and source.kind == PERSON else None

    def is_told_of(self, tokens: Tokens, cue: int, place: int) -> bool:
        """Tell whether the passage at `place` is of words told of: "прокоментував заяву міністерства про «…»"."""
        if tokens[place - 1].low not in self.about:
            return False
        paper = next((at for at in range(cue + 1, place - 1) if _stem(tokens[at].low) in self.papers), place)
        between = tokens[paper + 1 : place - 1]
        return bool(between) and not any(token.kind != WORD or token.preposition or token.verb for token in between)

    def past_turn(self, tokens: Tokens, comma: int) -> int:
        """Return the first token behind "а нині" at a comma: "заявив міліціонер, а нині мер Лінд"."""
        at = comma + 1
        while at < len(tokens) and tokens[at].low in self.turned:
            at += 1
        return at

    def past_addressee(self, tokens: Tokens, cue: int) -> tuple[Source, int] | None:
        """Return the subject behind the name in marks of whom they told it: "«…», — рассказал «Берегу» мэр Лосев"."""
        told = (
            cue > 1 and tokens[cue - 1].kind == MARK and QUOTE in (tokens[cue - 2].kind, tokens[max(0, cue - 3)].kind)
        )
        if not told or cue + 2 >= len(tokens) or tokens[cue + 1].kind != QUOTE:
            return None
        mark = tokens.over(cue + 1, cue + 2)
        end = self._phrase_end(tokens, cue + 2)
        source = (
            self.phrases.right(tokens, cue + 2, end) if mark.end - mark.start <= _MARKED and end > cue + 2 else None
        )
        return None if source is None else (source, end)

    def before(self, tokens: Tokens, cue: int) -> tuple[Source, int] | None:
        """Return the institution before a verb in the plural, and where its phrase begins: "в ДСНС повідомили".

        Or whose paper it is: "у заяві бригади йдеться".
        """
        if tokens[cue].low in self.contents:
            found = self._owner(tokens, 0)
            return found if found is not None and found[0].kind in (ORGANISATION, PAPER) and found[1] <= cue else None
        if not tokens[cue].low.endswith(_PLURAL):
            return None
        for at in range(cue - 1, max(-1, cue - _REACH), -1):
            if tokens[at].low in self.within:
                found = self._body(tokens, at + 1)
                return (found[0], at) if found is not None and found[1] == cue else None
            if tokens[at].stops or tokens[at].preposition:
                break
        return None

    def is_nominative(self, tokens: Tokens, index: int) -> bool:
        """Tell whether a subject begins there for sure: a title or first name in no other case ("мер", not "мера")."""
        if index >= len(tokens):
            return False
        token, name, boys = tokens[index], tokens[index].low, self.phrases.boys
        if token.title or name in self.phrases.roles:
            return True
        if name.endswith(_ADJECTIVES) and not token.capital and index + 1 < len(tokens):
            return tokens[index + 1].title or tokens[index + 1].low in self.phrases.roles  # "міський голова"
        return token.first_name and not (name[:-1] in boys or f"{name[:-1]}й" in boys)  # "Олександра"

    def _begins(self, token: Word) -> bool:
        """Tell whether a word may begin a subject: a title or role in the nominative, a first name, an institution."""
        return (token.title or token.noun or (token.capital and token.first_name) or token.lone_organisation) and (
            not token.preposition
        )

    def _body(self, tokens: Tokens, start: int) -> tuple[Source, int] | None:
        """Return the institution that a phrase in another case names: "у бригаді", "в пресс-службе министерства"."""
        past = self._phrase_end(tokens, start)
        first = next((at for at in range(start, past) if _stem(tokens[at].low) in self.bodies), None)
        if first is None and not any(
            tokens[at].text.isupper() and len(tokens[at].text) > 1 for at in range(start, past)
        ):
            called = past == start + 2 and tokens[start].capital and tokens[start].low.endswith(_LOCATIVES)
            if not called or tokens[start + 1].capital or self.phrases.is_region(tokens, start + 1):
                return None  # but "в Белом доме", "у Єлисейському палаці"
        words = tuple(token.bare for token in tokens[start:past])
        return Source(
            ORGANISATION, tokens, start, past, tokens[first if first is not None else start].bare, words
        ), past

    def _owner(self, tokens: Tokens, start: int) -> tuple[Source, int] | None:
        """Return whose paper it stands in: "в вечерней сводке Генштаба ВСУ"."""
        stop = (
            self._phrase_end(tokens, start + 1) if start < len(tokens) and tokens[start].low in self.out_of else start
        )
        paper = next((at for at in range(start, stop) if _stem(tokens[at].low) in self.papers), None)
        if paper is None:
            return None
        if paper + 1 >= stop:
            return self._of_before(tokens, start + 1, paper), stop
        names = [at for at in range(paper + 1, stop) if tokens[at].capital]
        if len(names) in range(2, _NAME) and names[-1] == stop - 1 and _stem(tokens[paper + 1].low) not in self.bodies:
            words = tuple(tokens[at].bare for at in names)
            return Source(PERSON, tokens, names[0], stop, tokens[stop - 1].stem, words), stop
        body = self._body(tokens, paper + 1)
        if body is None and names == [paper + 1] == [stop - 1] and not self.phrases.is_region(tokens, stop):
            name = tokens[paper + 1]  # "йдеться в дописі Лінд"
            return Source(PERSON, tokens, paper + 1, stop, name.stem, (name.bare,)), stop
        return body

    def _of_before(self, tokens: Tokens, start: int, paper: int) -> Source:
        """Return "he" of "у його заяві", else the paper that nobody is named with: "у повідомленні"."""
        for at in range(start, paper):
            if pronoun := self.whose.get(tokens[at].low):
                return Source(PRONOUN, tokens, at, at + 1, pronoun)
        return Source(PAPER, tokens, paper, paper + 1, _stem(tokens[paper].low))

    def _phrase_end(self, tokens: Tokens, start: int) -> int:
        """Return where a phrase ends: before a mark, a conjunction, a preposition, a day or a verb."""
        end = start
        while end < min(len(tokens), start + _REACH):
            token = tokens[end]
            if token.kind != WORD or token.stops or token.preposition or token.day or token.cue:
                break
            end += 1
        return end


def _stem(word: str) -> str:
    """Return a noun without the ending of its case: "министерстве" and "министерство" meet."""
    return _CASE.sub("", word)
