"""Names across spellings and scripts: the same person is Hryshko, Grishko, Гришко or, in another case, Гришка.

Folding turns a name into a key that its spellings share; it loses information on purpose and is never shown.
It is built of these steps, word by word: drop possessives and the case ending of Cyrillic words, go to ASCII,
level what transliterations disagree on (g/h, kh/h, y/i, ie/e, ks/x, w/v, doubled letters), drop final vowels.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from anyascii import anyascii
from rapidfuzz import fuzz

_POSSESSIVE = re.compile(r"(?:['’ʼ`´]s|(?<=s)['’ʼ`´])(?!\w)", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’ʼ`´ʹ\"]")
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_CASE = re.compile(
    r"(?<=\w\w)(?:ого|ему|ому|ими|ыми|их|ых|ий|ый|ій|им|ым|ім|ом|ем|єм|ом|ою|ею|єю|ой|ей|ую|юю|ая|яя|ої|ам|ям|ах|ях"
    r"|[аяуюеєіиыоьїй])$"
)
_LEVEL = (
    ("shch", "sch"),
    ("kh", "h"),
    ("gh", "h"),
    ("ph", "f"),
    ("ck", "k"),
    ("ks", "x"),
    ("tz", "ts"),
    ("g", "h"),
    ("w", "v"),
    ("j", "i"),
    ("y", "i"),
    ("ie", "e"),
    ("io", "e"),
    ("ia", "a"),
    ("iu", "u"),
    ("ei", "i"),
)
_DOUBLED = re.compile(r"(.)\1+")
_HARD_C = re.compile(r"c(?!h)")
_FINAL_VOWELS = re.compile(r"(?<=\w\w)[aeiou]+$")
_FEMININE = re.compile(r"(?:ov|ev|in|sk|n)a(?:ia|ya|ja|)$|(?:ska|tska|aya|aia)$")
_CLOSE = 88  # rapidfuzz ratio (0–100) from which long surnames are one name misspelt
_CLOSE_GIVEN = 75


def plain(name: str) -> tuple[str, ...]:
    """Return the words of `name` in lower case, without possessives and apostrophes, in its own script."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    if _APOSTROPHES.search(name) is not None:
        name = _APOSTROPHES.sub("", _POSSESSIVE.sub("", name))
    return tuple(_WORD.findall(name.casefold()))


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """Return the key of one word; the empty string if nothing of it is a letter or digit."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).casefold()
        if _CYRILLIC.search(word):
            word = _CASE.sub("", word, count=1)
        word = anyascii(word)
    word = "".join(filter(str.isalnum, word.casefold()))
    for spelling, levelled in _LEVEL:
        word = word.replace(spelling, levelled)
    word = _DOUBLED.sub(r"\1", _HARD_C.sub("k", word))
    return _FINAL_VOWELS.sub("", word)


@lru_cache(maxsize=16_384)
def fold(name: str) -> str:
    """Return the key that all spellings of `name` share, words parted by a space.

    >>> fold("Volodymyr Zelenskyy’s") == fold("Володимира Зеленського")
    True
    """
    return " ".join(filter(None, map(fold_word, plain(name))))


@lru_cache(maxsize=16_384)
def is_title(word: str) -> bool:
    """Tell whether `word` (lower case) is a title or role that stands before a name: "president", "gen"."""
    return "".join(plain(word)) in _titles()


@lru_cache(maxsize=16_384)
def bare(name: str) -> tuple[str, ...]:
    """Return the words of `name` (lower case) without the titles and roles before it."""
    words = plain(name)
    titles = _titles()
    first = 0
    while first < len(words) - 1 and words[first] in titles:
        first += 1
    return words[first:]


@lru_cache(maxsize=16_384)
def same_person(a: str, b: str) -> bool:
    """Tell whether `a` and `b` may name one person.

    The surnames (last words) must fold to the same key, or, if long, be a slip apart; given names, where both
    have one, must be spellings or national forms of one name, or an initial. "Hryshko" is the same as "Olena
    Hryshko", but "Andrii Hryshko" is not. Titles and what stands between given name and surname do not matter.
    """
    first, second = bare(a), bare(b)
    if not first or not second or not _same_surname(first[-1], second[-1]):
        return False
    if len(first) == 1 or len(second) == 1:
        return True
    return same_given(first[0], second[0])


def _same_surname(a: str, b: str) -> bool:
    if a.isascii() and b.isascii() and bool(_FEMININE.search(a)) != bool(_FEMININE.search(b)):
        return False
    left, right = fold_word(a), fold_word(b)
    if not left or not right:
        return False
    return left == right or (min(len(left), len(right)) >= 6 and fuzz.ratio(left, right) >= _CLOSE)


def same_given(a: str, b: str) -> bool:
    """Tell whether two given names are spellings or national forms of one name, or one the other's initial."""
    left, right = fold_word(a), fold_word(b)
    if not left or not right:
        return False
    if left == right or (min(len(a), len(b)) == 1 and left[0] == right[0]):
        return True
    groups = _given()
    if left in groups and right in groups:
        return bool(groups[left] & groups[right])
    return fuzz.ratio(left, right) >= _CLOSE_GIVEN


@cache
def _data() -> dict[str, object]:
    return tomllib.loads(resources.files("digests.data").joinpath("names.toml").read_text(encoding="utf-8"))


@cache
def _titles() -> frozenset[str]:
    return frozenset(word for part in str(_data()["titles"]).split() for word in plain(part))


@cache
def _given() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    lines = _data()["given"]
    for number, line in enumerate(lines if isinstance(lines, list) else ()):
        for word in line.split():
            groups.setdefault(fold(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}
