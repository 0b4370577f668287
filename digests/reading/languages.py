"""Language rules: what a reader must know of a language, kept as data in ``digests/data/languages/*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "uk", "ru")
UNKNOWN = "und"


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
    sample = text[:6_000].lower()
    cyrillic = sum(map(sample.count, "аоеинт"))
    latin = sum(map(sample.count, "aoeint"))
    if cyrillic > latin:
        ukrainian = sum(map(sample.count, "іїєґ"))
        russian = sum(map(sample.count, "ыэъё"))
        if not ukrainian and not russian:
            return _by_small_words(sample, ("uk", "ru"))
        other = sum(map(sample.count, "ўђјљњћџқғң"))
        if other > max(ukrainian, russian):
            return UNKNOWN
        return "uk" if ukrainian >= russian else "ru"
    return _by_small_words(sample, ("en",))


def _by_small_words(sample: str, codes: tuple[str, ...]) -> str:
    tokens = sample.split()
    best, most = UNKNOWN, max(1, len(tokens) // 12)
    for code in codes:
        small = language(code).words("detect", "small_words")
        count = sum(token in small for token in tokens)
        if count >= most:
            best, most = code, count + 1
    return best
