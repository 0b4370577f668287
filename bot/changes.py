"""What changed between two texts, word for word, as Telegram HTML: gone words struck through, new ones underlined."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from digests.layout import Size, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AROUND = 60  # characters of what stays that are shown on either side of a change
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_ELIDED = " […] "


class _Change(NamedTuple):
    """A stretch: what it was, and what it is."""

    old: str
    new: str


def changes(old: str, new: str, room: Size) -> Markup:
    """Return the changes from `old` to `new` with a few words around each; empty if there are none.

    Takes at most `room`; what has no room is left out, which is shown.
    """
    html, used = Markup(), Size(0, 0)
    for part in _shortened(list(_compared(old, new))):
        shown, size = _render(part)
        if not used.plus(size).plus(Size(units(_ELIDED), 0)).within(room):
            return html + _ELIDED.rstrip()
        html, used = html + shown, used.plus(size)
    return html


def _render(part: _Change) -> tuple[Markup, Size]:
    if part.old == part.new:
        return escape(part.new), Size(units(part.new), 0)
    struck = Markup("<s>{}</s>").format(part.old) if part.old else Markup()
    added = Markup("<u>{}</u>").format(part.new) if part.new else Markup()
    return struck + added, Size(units(part.old) + units(part.new), bool(part.old) + bool(part.new))


def _compared(old: str, new: str) -> Iterator[_Change]:
    """Compare line by line, and word by word where lines differ."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, is_ = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            yield _Change(was, is_)
        else:
            yield from _words(was, is_)


def _words(old: str, new: str) -> Iterator[_Change]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    for _, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield _Change("".join(before[a:b]), "".join(after[c:d]))


def _shortened(parts: Sequence[_Change]) -> Iterator[_Change]:
    """Leave only a few words of what stays beside changes, and nothing if nothing changed."""
    joined: list[_Change] = []
    for part in parts:  # what stays may come in several pieces
        if joined and joined[-1].old == joined[-1].new and part.old == part.new:
            stays = joined.pop().old + part.old
            joined.append(_Change(stays, stays))
        else:
            joined.append(part)
    if all(part.old == part.new for part in joined):
        return
    for index, part in enumerate(joined):
        if part.old != part.new:
            yield part
            continue
        first, last = index == 0, index == len(joined) - 1
        words = part.new
        if len(words) > (AROUND if first or last else 2 * AROUND) + len(_ELIDED):
            before = "" if first else words[:AROUND].rsplit(" ", 1)[0]
            after = "" if last else words[-AROUND:].split(" ", 1)[-1]
            words = f"{before}{_ELIDED}{after}"
        yield _Change(words, words)
