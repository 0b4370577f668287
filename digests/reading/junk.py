r"""The patterns of leftovers that all languages' files hold, asked only where one of them can begin to match.

Most lines of an article are news and begin like none of the patterns. So each pattern is tried only on lines that
begin with its letters or, where it begins with a gap (``.{0,60}\bnewsletter``), that hold the letters behind it.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, NamedTuple

from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterable

_TELLING = 8  # letters of a beginning or a needle that are looked for
_GAP = re.compile(r"[^.(]*?\.\{\d+,\d+\}")
_NOTHING = re.compile(r"\\b|\(\?<?[!=][^()]*\)")  # takes no letter
_OPTIONAL = re.compile(r"\?|\*|\{0,\d*\}")
_REPEATED = re.compile(r"\+|\{\d+(?:,\d*)?\}")
_BASIC = ascii_lowercase + digits + " "
_SPECIAL = frozenset(".[]{}^$*+?|")


class Junk:
    """Judges the lines of one text."""

    def __init__(self, text: str) -> None:
        low = text.lower()
        self.patterns = _patterns()
        # one letter is found the fastest
        self.needles = [
            needle
            for mark, needles in self.patterns.needles.items()
            if mark in low
            for needle in needles
            if needle in low
        ]

    def rule_of(self, line: str) -> tuple[str, int] | None:
        """Return the rule that knows `line` (small letters, straight apostrophes), and where its match ends."""
        patterns = self.patterns
        first = line[:1]
        if any(map(line.__contains__, self.needles)):
            found = patterns.all.match(line)
        elif line.startswith(patterns.heads.get(first, ())):
            found = patterns.by_first[first].match(line)
        else:
            found = patterns.anywhere.match(line)
        return None if found is None or found.lastgroup is None else (found.lastgroup.replace("_", " "), found.end())


class _Patterns(NamedTuple):
    all: re.Pattern[str]
    by_first: dict[str, re.Pattern[str]]  # those that may match a line which begins with that letter
    anywhere: re.Pattern[str]  # those of which the beginning cannot be told
    heads: dict[str, tuple[str, ...]]  # how lines begin that the others match, by first letters
    needles: dict[str, list[str]]  # one of these stands in every line that a pattern with a gap matches; by their marks


@cache
def _patterns() -> _Patterns:
    every: list[tuple[str, str]] = []
    for code in LANGUAGES:
        every += [(rule, one) for rule, found in language(code).rules.get("junk", {}).items() for one in found]
    begun = {pattern: beginnings(pattern) for _, pattern in every}
    behind = {pattern: beginnings(_GAP.sub("", pattern, count=1)) for _, pattern in every if _GAP.match(pattern)}
    gaps = {pattern for pattern, found in behind.items() if "" in begun[pattern] and "" not in found}
    heads: dict[str, tuple[str, ...]] = {}
    for head in sorted({head[:_TELLING] for found in begun.values() if "" not in found for head in found}):
        if not head.startswith(heads.get(head[0], ())):  # what begins with another's beginning is found by that
            heads[head[0]] = (*heads.get(head[0], ()), head)
    needles: dict[str, list[str]] = {}
    for needle in _fewest(needle[:_TELLING] for pattern in gaps for needle in behind[pattern]):
        needles.setdefault(_mark(needle), []).append(needle)

    def among(first: str) -> re.Pattern[str]:
        may = [(rule, p) for rule, p in every if p not in gaps and {"", first} & {head[:1] for head in begun[p]}]
        return _joined(may)

    return _Patterns(
        all=_joined(every),
        by_first={first: among(first) for first in heads},
        anywhere=among(""),
        heads=heads,
        needles=needles,
    )


def _mark(needle: str) -> str:
    """Return a letter of `needle` that few texts hold, empty if it has none."""
    return next((letter for letter in needle if not (letter.isalnum() or letter == " ")), needle[:1].strip(_BASIC))


def _fewest(needles: Iterable[str]) -> tuple[str, ...]:
    """Return `needles` without those that hold another of them."""
    found: list[str] = []
    for needle in sorted(set(needles), key=len):
        if not any(shorter in needle for shorter in found):
            found.append(needle)
    return tuple(found)


def _joined(patterns: list[tuple[str, str]]) -> re.Pattern[str]:
    """Join patterns to one expression with a named group for each rule, which come in the order of their first."""
    rules: dict[str, list[str]] = {}
    for rule, pattern in patterns:
        rules.setdefault(rule, []).append(pattern)
    return re.compile("|".join(f"(?P<{rule}>{'|'.join(found)})" for rule, found in rules.items()) or "(?!)")


def beginnings(pattern: str) -> frozenset[str]:
    """Return literal strings with one of which every match of a regular expression begins.

    The empty string is among them where that cannot be told: at a class, a dot, an anchor. Understands letters,
    escaped marks, digits, groups, alternatives and what may be left out.

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
