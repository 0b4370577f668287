"""Language rules: what a reader must know of a language, kept as data in ``digests/data/languages/*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILES = resources.files("digests.data").joinpath("languages")
LANGUAGES = tuple(sorted(file.name.removesuffix(".toml") for file in _FILES.iterdir() if file.name.endswith(".toml")))
UNKNOWN = "und"
_MARKS = ".,:;!?\"'“”‘’«»()[]—–-…"
_GLANCE = 1_200  # characters looked at
_BRIEF = 15  # so few words may hold none of those that any text holds
_RATE = 12  # one word or letter that tells a language among so many words is the least
_DISTINCT = 6
_AGAINST = 2  # how much a word with a letter of others weighs
_OF_SAYING = frozenset(("verbs", "weak", "citing", "captioning", "continuing"))  # lists of verbs in ``[cues]``
_OWN, _TELLING = 0.005, 300  # of so many characters this share must be letters of its own


@dataclass(frozen=True, slots=True)
class Language:
    """The rules of one language, as its file holds them; sections and keys missing there are empty.

    `code` is the BCP 47 primary subtag. All words are in lower case unless the file says otherwise.
    """

    code: str
    rules: dict[str, Any]

    def words(self, section: str, key: str) -> frozenset[str]:
        """Return the word list `key` of `section`; lists of verbs of saying with all forms of their past."""
        return _words(self.code, section, key)

    def with_past(self, verbs: Iterable[str]) -> frozenset[str]:
        """Return verbs, and of those in the past for "he" the forms for all others too: «сказав», «сказала»."""
        told = frozenset(verbs)
        endings = self.rules.get("cues", {}).get("past", {}).items()
        stems = ((verb.removesuffix(end), forms) for verb in told for end, forms in endings if verb.endswith(end))
        return told.union(stem + form for stem, forms in stems for form in forms.split())

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.code == other.code


@cache
def language(code: str) -> Language:
    """Return the rules of the language `code`; an unknown code has no rules at all."""
    if code not in LANGUAGES:
        return Language(code, {})
    return Language(code, tomllib.loads(_FILES.joinpath(f"{code}.toml").read_text(encoding="utf-8")))


@cache
def _words(code: str, section: str, key: str) -> frozenset[str]:
    found = language(code).rules.get(section, {}).get(key, ())
    if isinstance(found, str):
        found = found.split()
    return language(code).with_past(found) if section == "cues" and key in _OF_SAYING else frozenset(found)


def detect(text: str) -> str:
    """Return the code of the language of `text`, "und" where it is none of `LANGUAGES` or cannot be told.

    Each language's file says what tells it, under ``[detect]``: `small_words`, `letters` that its neighbours do not
    have, letters of theirs that it has `never`, and words of which any text holds `one_of`.
    """
    glance = text[:_GLANCE].lower()
    for mark in _MARKS:  # many times faster than looking at every letter
        glance = glance.replace(mark, " ")
    words = glance.split()
    needed = max(1 if len(words) < _BRIEF else 2, len(words) // _RATE)
    scores = {code: _score(_signs(code), glance, words) for code in LANGUAGES}
    best = max(scores, key=lambda code: scores[code], default=UNKNOWN)
    return best if words and scores[best] >= needed else UNKNOWN


class _Signs(NamedTuple):
    known: frozenset[str]
    letters: frozenset[str]
    never: frozenset[str]
    one_of: frozenset[str]


@cache
def _signs(code: str) -> _Signs:
    rules = language(code)
    letters, never = (frozenset("".join(rules.words("detect", key))) for key in ("letters", "never"))
    known = rules.words("detect", "small_words") | rules.words("cues", "verbs")
    return _Signs(known, letters, never, rules.words("detect", "one_of"))


def _score(signs: _Signs, glance: str, words: list[str]) -> int:
    """Count what tells a language in a text's first letters, less what tells another; 0 where it is surely another."""
    letters = sum(map(glance.count, signs.letters))
    if signs.letters and len(glance) >= _TELLING and letters < len(glance) * _OWN:
        return 0
    known = list(filter(signs.known.__contains__, words))
    seen = set(known)
    if len(seen) < min(_DISTINCT, len(words) // _RATE):
        return 0
    if signs.one_of and len(words) >= _BRIEF and signs.one_of.isdisjoint(words):
        return 0
    strange = frozenset(filter(glance.__contains__, signs.never))
    against = sum(not strange.isdisjoint(word) for word in words) if strange else 0
    return letters + len(known) - _AGAINST * against
