"""How much of a message something takes, and how many items one message holds. Lengths are UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MESSAGE_UNITS = 4096  # Bot API, sendMessage: "1-4096 characters after entities parsing"; in UTF-16 units to be safe
MESSAGE_ENTITIES = 100  # TDLib, MAX_USER_ENTITY_COUNT; the server ignores further ones

_TAG = re.compile(r"<(/?)[^>]*>")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")


class Size(NamedTuple):
    """How much of a message something takes: UTF-16 units that are seen, and entities."""

    units: int
    entities: int

    def plus(self, other: Size) -> Size:
        """Return the size of both together."""
        return Size(self.units + other.units, self.entities + other.entities)

    def within(self, room: Size) -> bool:
        """Tell whether this fits into `room`."""
        return self.units <= room.units and self.entities <= room.entities


MESSAGE = Size(MESSAGE_UNITS, MESSAGE_ENTITIES)


def units(text: str) -> int:
    """Return the length of plain text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def measure(html: str) -> Size:
    """Return what Telegram will count of well-formed Telegram HTML: visible UTF-16 units, and one entity a tag."""
    entities = sum(not tag.group(1) for tag in _TAG.finditer(html))
    return Size(units(_REFERENCE.sub(_one_character, _TAG.sub("", html))), entities)


def _one_character(reference: re.Match[str]) -> str:
    code = reference.group()[2:-1]
    if reference.group()[1] != "#":
        return "&"
    return chr(int(code[1:], 16) if code[0] in "xX" else int(code))


def pages(sizes: Sequence[Size], room: Size, between: Size) -> list[range]:
    """Group consecutive items into messages, as many a message as fit, without parting any.

    `between` is what stands between two items. An item larger than `room` stands alone.
    """
    groups: list[range] = []
    start, used = 0, Size(0, 0)
    for index, size in enumerate(sizes):
        grown = used.plus(between).plus(size)
        if index > start and not grown.within(room):
            groups.append(range(start, index))
            start, used = index, size
        else:
            used = grown if index > start else size
    return [*groups, range(start, len(sizes))] if sizes else []
