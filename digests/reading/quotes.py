"""Finds what stands between quotation marks, paragraph by paragraph, and repairs odd or missing marks.

A passage is one stretch between marks in one paragraph. Nested marks belong to the outer passage. A mark that
is opened and not closed at the end of its paragraph runs on when the next paragraph opens again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.document import trim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.document import Document

_DOUBLE = re.compile(r"[“”«»„‟\"]|''|``")
_COMMON = '“”«»„‟"'
_SINGLE = re.compile(r"(?<![^\W_])[‘'](?=[^\W_])|(?<=[\w.,!?…])[’'](?![^\W_])")
_DIALOGUE = re.compile(r"[,!?…]\s+[—–-]\s+([^\W\d_]+)")
_ONWARD = re.compile(r"[.,:]\s+[—–-]\s+")
_DASHED = 3  # code points before speech that has both a dash and marks
_FULL_STOP = re.compile(r"[.!?…]\s")
_ATTRIBUTED = re.compile(r",\s[—–-]\s[а-яіїєґ]")  # what in Cyrillic follows only what was said
_OPEN, _CLOSE = "open", "close"
_PARTNERS = {
    "“": "”“",
    "„": "“”‟",
    "«": "»",
    '"': '"”',
    "``": "''”",
    "''": "''",
    "”": "”",
    "‟": "”",
    "‘": "’",
    "'": "'’",
}


_Mark = tuple[int, int]


class Passage(NamedTuple):
    """A stretch between marks: `inner` without them, `outer` with them; `open_end` if its close is missing."""

    inner: Span
    outer: Span
    open_end: bool = False


def passages(document: Document) -> tuple[Passage, ...]:
    """Return all passages between quotation marks, in order, not overlapping."""
    text = document.text
    marks = _marks(text)
    spoken_after_dashes = document.language.rules.get("cues", {}).get("dashes", False)
    verbs = document.language.words("cues", "verbs") if spoken_after_dashes else frozenset()
    found: list[Passage] = []
    running = False
    following = 0
    for index, paragraph in enumerate(document.paragraphs):
        while following < len(marks) and marks[following][0] < paragraph.start:
            following += 1
        first = following
        while following < len(marks) and marks[following][0] < paragraph.end:
            following += 1
        inside: list[Passage] = []
        if following > first and (own := _without_inches(text, paragraph, marks[first:following])):
            runs_on = index + 1 < len(document.paragraphs) and _opens(text, document.paragraphs[index + 1])
            inside = list(_pair(text, paragraph, own, verbs, runs_on=runs_on, running=running))
        dashed = verbs and (text[paragraph.start] in "—–" or text.startswith("- ", paragraph.start))
        if dashed and not (inside and inside[0].outer.start - paragraph.start <= _DASHED):
            inside = list(_dialogue(text, paragraph, verbs)) or inside  # names in marks may stand in what is said
        running = bool(inside) and inside[-1].open_end
        found.extend(inside)
    return tuple(found)


def _marks(text: str) -> list[_Mark]:
    """Return where the marks of the text stand: double ones or, if there are none at all, single ones."""
    if ("'" in text and "''" in text) or "`" in text:  # one letter is found the fastest
        found = [match.span() for match in _DOUBLE.finditer(text)]
    else:
        found = [(at, at + 1) for at in sorted([at for mark in _COMMON if mark in text for at in _places(mark, text)])]
    return found or _single(text)


def _single(text: str) -> list[_Mark]:
    """Return the single marks; not the apostrophe of a plural within a quotation (``‘the islanders’ homes’``)."""
    found = [match.span() for match in _SINGLE.finditer(text)]
    kept: list[_Mark] = []
    for (start, end), following in zip(found, [*found[1:], (len(text), len(text))], strict=False):
        plural = text[start - 1 : start] == "s" and text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
        closed = text[slice(*following)] == "’" and "\n" not in text[end : following[0]]
        if not (plural and closed and text[start:end] == "’"):
            kept.append((start, end))
    return kept


def _places(mark: str, text: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _opens(text: str, paragraph: Span) -> bool:
    return text[paragraph.start] in '“"«„‘' or text.startswith(("``", "''"), paragraph.start)


def _role(text: str, start: int, end: int, paragraph: Span, depth: int) -> str:
    """Tell whether the mark at ``[start, end)`` opens or closes, by itself or by what stands beside it."""
    mark = text[start:end]
    if mark in "«„‘" or mark == "``":
        return _OPEN
    if mark in "”»":
        turned = not depth and start == paragraph.start and mark == "”"  # a paragraph that opens with a closing mark
        return _OPEN if turned else _CLOSE
    before = text[start - 1] if start > paragraph.start else " "
    after = text[end] if end < paragraph.end else " "
    if mark == "“":
        # A Ukrainian or German „…“ closes with what opens an English “…”.
        return _CLOSE if depth and (after.isspace() or after in ",.;:!?)") and not before.isspace() else _OPEN
    if before.isspace() or before in "([{—–-/“‘":
        return _CLOSE if depth and (after.isspace() or after in ",.;:)") else _OPEN
    if after.isspace() or after in ",.;:!?)]}—–-…":
        return _CLOSE if depth or not after.isalnum() else _OPEN
    return _CLOSE if depth else _OPEN


def _without_inches(text: str, paragraph: Span, marks: list[_Mark]) -> list[_Mark]:
    straight = 0
    kept: list[_Mark] = []
    for start, end in marks:
        if text[start:end] == '"':
            digit = start > paragraph.start and text[start - 1].isdigit()
            if digit and straight % 2 == 0 and end < paragraph.end and text[end] in " ,-)":
                continue
            straight += 1
        kept.append((start, end))
    return kept


def _pair(
    text: str, paragraph: Span, marks: list[_Mark], verbs: frozenset[str], *, runs_on: bool, running: bool
) -> Iterator[Passage]:
    nested = _nested(text, paragraph, marks)
    found, left = nested if nested is not None else _flat(text, paragraph, marks, running=running)
    end = paragraph.end
    for start, stop in found:
        inner = text[start[1] : stop[0]]
        if not inner or inner.isspace() or _is_nickname(text, start[0], stop[1], inner):
            continue
        passage = Passage(trim(text, Span(start[1], stop[0])), Span(start[0], stop[1]))
        if verbs:
            yield from _parted(text, passage, verbs)
        else:
            yield passage
    if left is not None and _keeps_open(text, paragraph, left, runs_on=runs_on, running=running):
        rest = trim(text, Span(left[1], end))
        if rest.start < rest.end:
            yield Passage(rest, Span(left[0], end), open_end=True)


_Pair = tuple[_Mark, _Mark]


def _nested(text: str, paragraph: Span, marks: list[_Mark]) -> tuple[list[_Pair], tuple[int, int] | None] | None:
    """Pair by nesting; None if the marks do not balance (an opening mark left over at the end may run on)."""
    stack: list[tuple[int, int]] = []
    found: list[_Pair] = []
    anew = False
    for start, end in marks:
        if _role(text, start, end, paragraph, len(stack)) == _OPEN:
            anew = anew or (bool(stack) and _begins_sentence(text, start))
            stack.append((start, end))
            if len(stack) > 3:
                return None
        elif not stack:
            return None
        else:
            opening = stack.pop()
            if text[start:end] not in _PARTNERS.get(text[slice(*opening)], ""):
                return None
            if not stack:
                found.append((opening, (start, end)))
    if len(stack) > 1 or (stack and anew) or (stack and any(stack[0][0] < pair[0][0] for pair in found)):
        return None
    return found, stack[0] if stack else None


def _flat(
    text: str, paragraph: Span, marks: list[_Mark], *, running: bool
) -> tuple[list[_Pair], tuple[int, int] | None]:
    """Pair each opening mark with the next closing one; a second opening mark starts anew after a lost close."""
    opened: tuple[int, int] | None = None
    found: list[_Pair] = []
    for start, end in marks:
        role = _role(text, start, end, paragraph, opened is not None)
        if role == _CLOSE and opened is None:
            if not found and (running or _lost_opening(text, paragraph, start)):
                found.append(((paragraph.start, paragraph.start), (start, end)))
            continue
        if role == _OPEN and opened is not None:
            if _begins_sentence(text, start):
                opened = (start, end)  # the close before was lost
            continue
        if role == _OPEN:
            opened = (start, end)
        elif opened is not None:
            found.append((opened, (start, end)))
            opened = None
    return found, opened


def _begins_sentence(text: str, mark: int) -> bool:
    """Tell whether a sentence of the article ended before the mark: ``… she said. "They …``."""
    before = text[max(0, mark - 2) : mark]
    return before.endswith(" ") and before[0] in ".!?…"


def _lost_opening(text: str, paragraph: Span, close: int) -> bool:
    """A closing mark after sentence punctuation with nothing opened: the paragraph began inside the quotation."""
    if close == paragraph.start or text[close - 1] in ",.!?…":
        return close > paragraph.start
    return _ATTRIBUTED.match(text, close + 1) is not None and _FULL_STOP.search(text, paragraph.start, close) is None


def _keeps_open(text: str, paragraph: Span, left: tuple[int, int], *, runs_on: bool, running: bool) -> bool:
    if paragraph.end - left[1] <= 3:
        return False
    if left[0] == paragraph.start or runs_on or running:
        return True
    before = text[paragraph.start : left[0]].rstrip()
    return before.endswith((",", ":", ".", "!", "?", "…", "that"))


def _is_nickname(text: str, start: int, end: int, inner: str) -> bool:
    """Tell whether the marks hold a nickname within a name: ``Marta “Kit” Holm``."""
    if not (inner.isalpha() and inner[0].isupper() and text[start - 1 : start] == " " and text[end : end + 1] == " "):
        return False
    before = text[max(0, start - 30) : start].split()
    named = bool(before) and before[-1][0].isupper() and before[-1].rstrip(".").isalpha()
    named = named and (before[-1].isascii() or not before[-1].isupper())  # "глава ЧВК «Чапля» Іво Терек"
    return named and text[end + 1 : end + 2].isupper()


def _parted(text: str, passage: Passage, verbs: frozenset[str]) -> Iterator[Passage]:
    """Part ``«Ми не підемо, — сказав він. — Тут наш дім»`` from the attribution that stands within its marks."""
    inner, outer = passage.inner, passage.outer
    inside = _attribution(text, inner.start, inner.end, verbs)
    if inside is None:
        yield passage
        return
    yield Passage(Span(inner.start, inside.start), Span(outer.start, inside.start))
    if inside.end < inner.end:
        yield Passage(Span(inside.end, inner.end), Span(inside.end, outer.end))


def _dialogue(text: str, paragraph: Span, verbs: frozenset[str]) -> Iterator[Passage]:
    """Read ``— Ми не підемо, — сказав він. — Тут наш дім.``: speech after dashes, around a verb of saying."""
    start = paragraph.start + 1
    while start < paragraph.end and text[start].isspace():
        start += 1
    inside = _attribution(text, start, paragraph.end, verbs)
    if inside is not None:
        yield Passage(Span(start, inside.start), Span(paragraph.start, inside.start))
        if inside.end < paragraph.end:
            yield Passage(Span(inside.end, paragraph.end), Span(inside.end, paragraph.end))


def _attribution(text: str, start: int, end: int, verbs: frozenset[str]) -> Span | None:
    """Find the attribution set off by dashes: from behind the speech before it to where speech goes on, if it does."""
    for match in _DIALOGUE.finditer(text, start, end):
        if match[1].lower() in verbs:
            onward = _ONWARD.search(text, match.end(), end)
            return Span(match.start() + 1, onward.end() if onward else end)
    return None
