r"""The patterns of leftovers that all languages' files hold, asked only where one of them can match.

Most lines of an article are news and begin like none of the patterns. So a pattern is tried only on lines that begin
with its letters or, where it begins with a gap (``.{0,60}\bnewsletter``), right there where the letters behind the gap
stand. Few patterns begin with neither; those know short lines only, which they match as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import groupby
from string import digits
from typing import TYPE_CHECKING, NamedTuple

from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TELLING = 16  # letters of a beginning or a needle that are looked for
_SHORT = 120  # code points of a line that only its whole form tells, at most
_GAP = re.compile(r"[^.(]*?\.\{\d+,\d+\}")
_NOTHING = re.compile(r"\\b|\(\?<?[!=][^()]*\)")  # takes no letter
_LETTERS = re.compile(r"\[([^\\^\]](?:[^\\\]-]*-?))\]")  # one of some letters
_OPTIONAL = re.compile(r"\?|\*|\{0,\d*\}")
_REPEATED = re.compile(r"\+|\{\d+(?:,\d*)?\}")
_COMMON = " .,-"
_SPECIAL = frozenset(".[]{}^$*+?|")


class Junk:
    """Judges the lines of one text, given in small letters with straight apostrophes."""

    def __init__(self, low: str) -> None:
        self.low = low
        self.patterns = _patterns()
        found = [
            (at - offset, behind)
            for sign, needles in self.patterns.needles.items()
            if sign[0] in low  # one letter is found the fastest
            for at in _places(sign, low)
            for needle, offset, behind in needles
            if at >= offset and low.startswith(needle, at - offset)
        ]
        found.sort(key=lambda place: place[0])
        self.needles = [at for at, _ in found]
        self.behind = [behind for _, behind in found]

    def rule_of(self, start: int, end: int) -> tuple[str, int] | None:
        """Return the rule that knows the line ``[start, end)``, and where its match ends; None if none does."""
        low, patterns = self.low, self.patterns
        first, two = low[start : start + 1], low[start : start + 2]
        heads = patterns.heads.get(two) or patterns.heads.get(first)
        found = None
        if heads and low.startswith(heads, start, end):
            found = patterns.by_first[first].match(low, start, end)
        if found is None and end - start <= _SHORT:
            found = patterns.whole.match(low, start, end)
        if found is not None and found.lastgroup is not None:
            return found.lastgroup.replace("_", " "), found.end()
        return self._behind_gap(start, end) if self.needles else None

    def _behind_gap(self, start: int, end: int) -> tuple[str, int] | None:
        for number in range(bisect_left(self.needles, start), len(self.needles)):
            at = self.needles[number]
            if at >= end:
                break
            for rule, gap, rest in self.behind[number]:
                found = rest.match(self.low, at, end)
                if found is not None and gap.fullmatch(self.low, start, at):
                    return rule.replace("_", " "), found.end()
        return None


class _Behind(NamedTuple):
    """A pattern that begins with a gap."""

    rule: str
    gap: re.Pattern[str]
    rest: re.Pattern[str]


class _Needle(NamedTuple):
    """What the rest of a pattern begins with, and where in it the sign stands by which it is looked for."""

    letters: str
    offset: int
    behind: list[_Behind]


class _Patterns(NamedTuple):
    heads: dict[str, tuple[str, ...]]  # how lines begin that one of the patterns matches, by two letters
    by_first: dict[str, re.Pattern[str]]  # the patterns that begin with that letter
    whole: re.Pattern[str]  # those of which the beginning cannot be told
    needles: dict[str, list[_Needle]]  # what stands behind gaps, by the signs they are looked for by


@cache
def _patterns() -> _Patterns:
    whole: list[tuple[str, str]] = []
    begun: dict[str, list[tuple[str, str]]] = {}
    heads: set[str] = set()
    behind: dict[str, list[_Behind]] = {}
    for rule, pattern in _every():
        gap = _GAP.match(pattern)
        found = beginnings(pattern)
        if "" not in found:
            heads |= found
            for first in {head[0] for head in found}:
                begun.setdefault(first, []).append((rule, pattern))
        elif gap and "" not in (found := beginnings(pattern[gap.end() :])):
            parts = _Behind(rule, re.compile(gap[0]), re.compile(pattern[gap.end() :]))
            for needle in _fewest(found):
                behind.setdefault(needle, []).append(parts)
        else:
            whole.append((rule, pattern))
    needles: dict[str, list[_Needle]] = {}
    for needle, patterns in behind.items():
        sign = _sign(needle)
        needles.setdefault(sign, []).append(_Needle(needle, needle.index(sign), patterns))
    return _Patterns(
        heads={two: tuple(found) for two, found in groupby(_fewest(heads), key=lambda head: head[:2])},
        by_first={first: _joined(patterns) for first, patterns in begun.items()},
        whole=_joined(whole),
        needles=needles,
    )


def _every() -> Iterator[tuple[str, str]]:
    """Yield the patterns of all languages, each with its rule."""
    for code in LANGUAGES:
        for rule, patterns in language(code).rules.get("junk", {}).items():
            yield from ((rule, pattern) for pattern in patterns)


def _sign(needle: str) -> str:
    """Return a mark in `needle` that few texts hold more than some of; itself if it has none."""
    return next((letter for letter in needle if not (letter.isalnum() or letter in _COMMON)), needle)


def _fewest(heads: Iterable[str]) -> tuple[str, ...]:
    """Return the first letters of `heads`, without those that begin with others of them."""
    found: list[str] = []
    for head in sorted({head[:_TELLING] for head in heads}):
        if not found or not head.startswith(found[-1]):  # the one it begins with stands right before it
            found.append(head)
    return tuple(found)


def _places(needle: str, text: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _joined(patterns: list[tuple[str, str]]) -> re.Pattern[str]:
    """Join patterns to one expression with a named group for each rule, which come in the order of their first."""
    rules: dict[str, list[str]] = {}
    for rule, pattern in patterns:
        rules.setdefault(rule, []).append(pattern)
    return re.compile("|".join(f"(?P<{rule}>{'|'.join(found)})" for rule, found in rules.items()) or "(?!)")


def beginnings(pattern: str) -> frozenset[str]:
    """Return literal strings with one of which every match of a regular expression begins.

    The empty string is among them where that cannot be told: at a range, a dot, an anchor. Understands letters,
    classes of them, escaped marks, digits, groups, alternatives and what may be left out.

    >>> sorted(beginnings("(?:please )?(?:sign|join) up"))
    ['join up', 'please join up', 'please sign up', 'sign up']
    """
    return frozenset().union(*({head for head, _ in _heads(one)} for one in _alternatives(pattern)))


def _heads(pattern: str) -> set[tuple[str, bool]]:
    """Return the beginnings of a pattern without alternatives, each with whether the pattern ends there."""
    heads = {("", True)}
    at = 0
    while at < len(pattern):
        if nothing := _NOTHING.match(pattern, at):
            at = nothing.end()
            continue
        if pattern.startswith("(?:", at):
            past = _closing(pattern, at) + 1
            atom = set[tuple[str, bool]]().union(*map(_heads, _alternatives(pattern[at + 3 : past - 1])))
        elif letters := _LETTERS.match(pattern, at):
            atom, past = {(letter, True) for letter in letters[1]}, letters.end()
        elif pattern.startswith("\\d", at):
            atom, past = {(digit, False) for digit in digits}, at + 2
        elif pattern[at] == "\\" and not pattern[at + 1].isalnum():
            atom, past = {(pattern[at + 1], True)}, at + 2
        elif pattern[at] not in _SPECIAL and pattern[at] not in "\\()":
            atom, past = {(pattern[at], True)}, at + 1
        else:
            return {(head, False) for head, _ in heads}
        if optional := _OPTIONAL.match(pattern, past):
            past = optional.end()
            atom = {(head, False) for head, _ in atom} | {("", True)} if optional[0] != "?" else atom | {("", True)}
        elif repeated := _REPEATED.match(pattern, past):
            past = repeated.end()
            atom = {(head, False) for head, _ in atom}
        heads = {
            (head + more, open_ and on) for head, open_ in heads for more, on in (atom if open_ else {("", False)})
        }
        at = past
    return heads


def _alternatives(pattern: str) -> list[str]:
    found, start, at = [], 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] in "([":
            at = _closing(pattern, at)
        elif pattern[at] == "|":
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]


def _closing(pattern: str, opening: int) -> int:
    """Return the index of the bracket that closes the one at `opening`."""
    at, depth = opening, 0
    while True:
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
            if not depth:
                return at
        elif pattern[at] == "(":
            depth += 1
        elif pattern[at] == ")":
            depth -= 1
            if not depth:
                return at
        at += 1
