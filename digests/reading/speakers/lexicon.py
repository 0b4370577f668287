"""What the rules of one language know of a word form, looked up once and kept: most words of a text are old friends."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.languages import Language

MASK = "\ue000"  # private use
PASSAGE = " "  # the chunk of a masked passage: no other has white space
QUOTE, WORD, NUMBER, MARK = "quote", "word", "number", "mark"

_CASE = re.compile(r"(?:ого|ому|ими|ій|ий|ый|им|ым|ою|ої|ой|ом|ем|єм|ем|ую|ая|ові|еві|єві|[аяуюеєоиіьий])$")
_MOST = 65_536  # words kept; a hostile text must not fill the memory
_LONGEST = 40  # letters in a word worth keeping
# a word, a number, a dash, a mark
TOKEN = re.compile(
    r"[^\W\d_]\w*+(?:(?:['’ʼ&-](?=\w)|\.(?=\w|['’]s\b))\w*+)*+"
    r"|\d++(?:[.,:/]\d++)*+(?:-?\w++)*+"
    r"|--++"
    r"|[^\w\s.]"
)
_ASIDES = '()[]“”"'  # marks that something may stand between that is passed over
_CASE_TOLD = 3  # longer words tell a headline by their capitals


class Word:
    """A word, number, punctuation mark or masked passage, wherever it stands; full stops are none.

    `form` is how it is written, `text` the same with one sign for both kinds of dash, `low` is `text` in small
    letters, `bare` the same without the English possessive ending (``Kyiv’s``), which `possessive` tells of; `capital`
    is true of a word that begins with a capital letter. The others say on which of the language's lists the form is,
    or what follows from that.
    """

    __slots__ = (
        "adverb",
        "anew",
        "bare",
        "boundary",
        "breaks",
        "capital",
        "clausal",
        "cue",
        "day",
        "first_name",
        "form",
        "human",
        "kind",
        "leads",
        "lone_name",
        "lone_organisation",
        "long",
        "low",
        "named_by_noun",
        "noun",
        "ordinal",
        "organisation",
        "participle",
        "particle",
        "possessive",
        "preposition",
        "qualifies",
        "stem",
        "stops",
        "text",
        "title",
        "verb",
    )  # fmt: skip

    def __init__(self, form: str, lists: Lists) -> None:
        # Some hundred forms of every article are new, so each step counts: nothing but letters needs the fewest.
        self.form = self.text = text = form
        low = form.lower()
        if form.isalpha():
            word, apart, possessive, bare = True, False, False, low
            self.kind = WORD
            self.capital = capital = text[0].isupper()
        else:
            self.kind = kind = _kind(form)
            word, apart = kind == WORD, kind == MARK
            if form.startswith("--"):
                self.text = text = "—"
            low = low.replace("’", "'") if word else text
            possessive = word and low.endswith("'s")
            bare = low[:-2] if possessive else low
            # "al-Rashid" is written with a capital, too
            capital = word and (text[0].isupper() or (text[2:3] == "-" and text[3:4].isupper()))
            if capital and "-" in text and not text.isascii() and text[text.rfind("-") + 1 :].islower():
                capital = False  # "Telegram-канал", "Пресс-секретар" at the head of a sentence: no names
            self.capital = capital
        self.low, self.bare, self.possessive = low, bare, possessive
        self.stem = bare if bare.isascii() else stem(bare)
        self.long = word and len(text) > _CASE_TOLD
        self.ordinal = not word and not apart and text[-1].isalpha()  # "47th", "55-ї"
        self.lone_organisation = text.isupper() and len(bare) in (2, 3, 4, 5)  # initials
        self.adverb = word and not capital and low.endswith("ly") and low not in lists.people  # "ally"
        self.boundary = self.anew = self.day = self.verb = self.cue = self.title = self.clausal = False
        self.preposition = self.organisation = self.noun = self.particle = self.first_name = False
        self.breaks = self.stops = apart
        self.lone_name = True
        if low in lists.all or (bare[-1:] == "s" and bare[:-1] in lists.all) or (possessive and bare in lists.all):
            self._look_up(lists)
        else:  # on no list, as most new forms
            self.human = self.named_by_noun = word and bare.endswith(lists.human_endings)
            self.participle = word and not capital and low.endswith(lists.participle_endings)
            self.leads = not word or capital or possessive or low.endswith(lists.adjectives)
        # may stand before a name without being part of it
        self.qualifies = self.title or self.human or "-" in low

    def _look_up(self, lists: Lists) -> None:
        low, bare, word = self.low, self.bare, self.kind == WORD
        self.boundary = low in lists.boundaries
        self.breaks = self.breaks or bare in lists.boundaries  # ends a noun phrase
        self.stops = self.stops or self.boundary  # ends the stretch a subject is looked for in
        self.preposition = low in lists.prepositions
        self.anew = low in lists.determiners or low in lists.pronouns  # begins a noun phrase
        self.day = low in lists.days
        self.verb = low in lists.verbs
        self.cue = word and low in lists.cues
        self.title = low in lists.titles
        self.clausal = low in lists.clausal
        self.organisation = low in lists.org_nouns
        self.noun = self.organisation or low in lists.roles
        self.human = word and lists.is_human(bare)
        self.named_by_noun = self.human or lists.is_group(bare) or bare in lists.papers
        self.particle = low in lists.particles
        self.first_name = low in lists.first_names
        self.lone_organisation = self.lone_organisation or bare in lists.org_known or bare in lists.org_nouns
        self.lone_name = bare not in lists.not_names and not self.title
        self.participle = (
            word
            and not self.capital
            and not self.verb
            and (low.endswith(lists.participle_endings) or low in lists.participles)
        )
        # may stand before a name within the same noun phrase
        self.leads = (
            not word
            or self.capital
            or self.possessive
            or self.noun
            or self.title
            or self.particle
            or low in lists.determiners
            or low.endswith(lists.adjectives)
        )


class Lists:
    """The word lists of one language that classify single words."""

    def __init__(self, language: Language) -> None:
        words = language.words
        self.determiners = words("grammar", "determiners")
        self.prepositions = words("grammar", "prepositions")
        self.boundaries = words("grammar", "boundaries")
        self.adjectives = tuple(sorted(words("grammar", "adjective_endings")))
        self.pronouns = words("cues", "pronouns")
        self.verbs = words("cues", "verbs")
        self.titles = words("names", "titles")
        self.not_names = words("names", "not_names")
        self.particles = words("names", "particles")
        self.org_nouns = words("organisations", "nouns")
        self.org_known = words("organisations", "known")
        self.org_stems = frozenset(map(stem, self.org_nouns))
        self.role_stems = {stem(role): role for role in words("people", "roles")}
        self.org_roles = words("organisations", "roles")
        self.roles = words("people", "roles")
        self.many = words("people", "many")
        self.people = self.roles | self.many | words("people", "people")
        endings = sorted(words("people", "endings"))
        self.inanimate = words("people", "inanimate")
        self.human_endings = (*endings, *(f"{ending}s" for ending in endings))
        self.papers = words("people", "papers")
        self.messages = words("people", "messages")
        self.clausal = words("grammar", "clausal")
        self.participles = words("grammar", "participles")
        self.participle_endings = tuple(words("grammar", "participle_endings"))
        self.days = words("times", "weekdays") | words("times", "months") | words("times", "near")
        self.first_names = words("first_names", "male") | words("first_names", "female")
        phrasal = {phrase.split()[0] for phrase in words("cues", "phrasal")}
        according = {phrase.split()[0] for phrase in language.rules.get("cues", {}).get("according", ())}
        self.cues = self.verbs | words("cues", "participles") | words("cues", "citing")
        self.cues |= words("cues", "conveying") | words("cues", "captioning") | phrasal | according
        self.all: frozenset[str] = frozenset().union(
            *(found for found in vars(self).values() if type(found) is frozenset)
        )

    def is_human(self, word: str) -> bool:
        """Tell whether a noun in small letters, also a plural one, is for people: by the lists or by its ending."""
        if word in self.people:
            return True
        if not self.human_endings or word in self.papers or word in self.inanimate:
            return False
        return word.removesuffix("s") in self.people or word.endswith(self.human_endings)

    def is_group(self, word: str) -> bool:
        """Tell whether a noun in small letters, also a plural one, is for organisations."""
        return word in self.org_nouns or word in self.org_roles or word.removesuffix("s") in self.org_roles


def stem(word: str) -> str:
    """Return a surname without its Cyrillic case ending, so that its cases meet; other words as they are."""
    return _CASE.sub("", word) if len(word) > 3 and "а" <= word[0] <= "ґ" else word


class Lexicon(dict[str, Word]):
    """Words by what stands between white space, where that is one word ("bridge", "bridge."); filled as texts are read.

    A word is all there is of it, and nothing is kept of what holds several: each further object would make the
    garbage collector slower.
    """

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.lists = Lists(language)
        self.asides = {mark: Word(mark, self.lists) for mark in _ASIDES}
        self.passage = Word(MASK, self.lists)  # stands for a passage, masked
        self.passage.kind = QUOTE
        self[PASSAGE] = self.passage

    def __missing__(self, chunk: str) -> Word:
        form = chunk
        if not chunk.isalpha() and not (form := chunk.removesuffix(".")).isalpha():
            forms = TOKEN.findall(chunk)
            if len(forms) != 1 or forms[0] in _ASIDES:
                raise KeyError(chunk)
            form = forms[0]
        word = Word(form, self.lists) if form is chunk else self.word(form)
        if len(chunk) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
                self[PASSAGE] = self.passage
            self[chunk] = word
        return word

    def word(self, form: str) -> Word:
        """Return what is known of one form."""
        return self.asides.get(form) or self[form]

    def words(self, chunks: Sequence[str]) -> tuple[list[Word], bool]:
        """Return the words of what stands between white space, and whether there may be asides among them."""
        try:
            return [*map(self.__getitem__, chunks)], False
        except KeyError:  # something holds several words
            forms = [*chain.from_iterable([(chunk,) if chunk in self else TOKEN.findall(chunk) for chunk in chunks])]
            return [*map(self.word, forms)], not self.asides.keys().isdisjoint(forms)


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the lexicon of a language, one for all its documents."""
    return Lexicon(language)


def _kind(form: str) -> str:
    first = form[0]
    if first.isdecimal():
        return NUMBER
    return WORD if first.isalnum() else MARK
