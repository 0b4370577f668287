"""Language rules: what a reader must know of a language, kept as data in ``digests/data/languages/*.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "uk", "ru")
UNKNOWN = "und"
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE, _GLANCE = 6_000, 2_000  # characters looked at, and those that mostly suffice
_BRIEF = 40  # so few words may hold too few small words to tell
_QUOTES = str.maketrans(dict.fromkeys("’“”"))


@dataclass(frozen=True, slots=True)
class Language:
    """The rules of one language, as its file holds them; sections and keys missing there are empty.

    `code` is the BCP 47 primary subtag. All words are in lower case unless the file says otherwise.
    """

    code: str
    rules: dict[str, Any]

    def words(self, section: str, key: str) -> frozenset[str]:
        """Return the word list `key` of `section`."""
        return _words(self.code, section, key)

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.code == other.code


@cache
def language(code: str) -> Language:
    """Return the rules of the language `code`; an unknown code has no rules at all."""
    if code not in LANGUAGES:
        return Language(code, {})
    source = resources.files("digests.data").joinpath("languages", f"{code}.toml")
    return Language(code, tomllib.loads(source.read_text(encoding="utf-8")))


@cache
def _words(code: str, section: str, key: str) -> frozenset[str]:
    found = language(code).rules.get(section, {}).get(key, ())
    if isinstance(found, str):
        found = found.split()
    return frozenset(found)


def detect(text: str) -> str:
    """Return the language of `text`: "en", "uk", "ru", or "und" where the letters and small words do not tell."""
    sample = text[:_SAMPLE].lower()
    cyrillic = sum(map(sample.count, "аоеинт")) if any(letter in sample for letter in "аоеинт") else 0
    if cyrillic > sum(map(sample.count, "aoeint" if cyrillic else "")):
        ukrainian = sum(map(sample.count, "іїєґ"))
        russian = sum(map(sample.count, "ыэё"))
        other = sum(map(sample.count, "ъўђјљњћџқғң"))
        if other > ukrainian + russian:
            return UNKNOWN
        if ukrainian or russian:
            return "uk" if ukrainian >= russian else "ru"
        return max(("ru", "uk"), key=lambda code: _telling(sample, code))
    words = sample.count(" ") + sample.count("\n") + 1
    brief = words < _BRIEF and sample.translate(_QUOTES).isascii() and any(letter in sample for letter in "aoeint")
    wanted = max(2, words // 12)
    # Words with marks beside them are not counted at the first glance.
    glance = sum(map(_known("en").__contains__, sample[:_GLANCE].split()))
    told = brief or glance >= wanted or _telling(sample, "en") >= wanted
    return "en" if told else UNKNOWN


@cache
def _known(code: str) -> frozenset[str]:
    return language(code).words("detect", "small_words") | language(code).words("cues", "verbs")


def _telling(sample: str, code: str) -> int:
    """Count the words of `sample` that a language's lists hold: small words and verbs of saying."""
    known = _known(code)
    return sum(map(known.__contains__, _WORD.findall(sample)))
