"""What the rules of one language know of a word form, looked up once and kept: most words of a text are old friends."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digests.reading.languages import Language

MASK = "\ue000"  # private use: stands for every character of a masked passage
QUOTE, WORD, NUMBER, MARK = "quote", "word", "number", "mark"

_MOST = 65_536  # forms kept; a hostile text must not fill the memory
_LONGEST = 64  # letters in a form worth keeping
_CASE_TOLD = 3  # longer words tell a headline by their capitals


class Word:
    """A word, number, punctuation mark or masked passage, wherever it stands; full stops are none.

    `low` is `text` in small letters, `bare` the same without the English possessive ending (``Kyiv’s``), which
    `possessive` tells of; `capital` is true of a word that begins with a capital letter. The others say on which
    of the language's lists the form is, or what follows from that.
    """

    __slots__ = (
        "adverb",
        "anew",
        "bare",
        "boundary",
        "breaks",
        "capital",
        "cue",
        "day",
        "first_name",
        "kind",
        "leads",
        "lone_name",
        "lone_organisation",
        "long",
        "low",
        "noun",
        "organisation",
        "particle",
        "possessive",
        "preposition",
        "stops",
        "text",
        "title",
        "verb",
    )  # fmt: skip

    def __init__(self, form: str, lists: Lists) -> None:
        self.kind = _kind(form)
        self.text = text = MASK if self.kind == QUOTE else "—" if form.startswith("--") else form
        word = self.kind == WORD
        self.low = low = text.lower() if word else text
        self.possessive = word and low.endswith(("'s", "’s"))
        self.bare = bare = low[:-2] if self.possessive else low
        # "al-Rashid" is written with a capital, too
        self.capital = word and (text[0].isupper() or (text[2:3] == "-" and text[3:4].isupper()))
        self.long = word and len(text) > _CASE_TOLD
        apart = self.kind in (MARK, QUOTE)
        self.boundary = low in lists.boundaries
        self.breaks = apart or bare in lists.boundaries  # ends a noun phrase
        self.stops = apart or self.boundary  # ends the stretch a subject is looked for in
        self.preposition = low in lists.prepositions
        self.anew = low in lists.determiners or low in lists.pronouns  # begins a noun phrase
        self.day = low in lists.days
        self.verb = low in lists.verbs
        self.cue = word and low in lists.cues
        self.adverb = word and low.endswith("ly") and not self.capital
        self.title = low in lists.titles
        self.organisation = low in lists.org_nouns
        self.noun = self.organisation or low in lists.roles
        self.particle = low in lists.particles
        self.first_name = low in lists.first_names
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
        initials = text.isupper() and len(bare) in (2, 3, 4, 5)
        self.lone_organisation = bare in lists.org_known or bare in lists.org_nouns or initials
        self.lone_name = bare not in lists.not_names and not self.title


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
        self.roles = words("people", "roles")
        self.days = words("times", "weekdays") | words("times", "months") | words("times", "near")
        self.first_names = words("first_names", "male") | words("first_names", "female")
        according = {phrase.split()[0] for phrase in language.rules.get("cues", {}).get("according", ())}
        self.cues = self.verbs | words("cues", "participles") | words("cues", "put") | according


class Lexicon(dict[str, Word]):
    """The words of one language by their form; an unknown form is classified when it is first asked for."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.lists = Lists(language)

    def __missing__(self, form: str) -> Word:
        word = Word(form, self.lists)
        if len(form) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[form] = word
        return word


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the lexicon of a language, one for all its documents."""
    return Lexicon(language)


def _kind(form: str) -> str:
    first = form[0]
    if first == MASK:
        return QUOTE
    if first.isdecimal():
        return NUMBER
    return WORD if first.isalnum() else MARK
