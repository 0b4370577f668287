"""UTF-16 code units, in which Telegram counts offsets, against Python's code points."""

from __future__ import annotations


def utf16_len(text: str) -> int:
    """Return the length of `text` in UTF-16 units (a lone surrogate counts one)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def from_utf16(text: str, offset: int) -> int:
    """Return the code-point index of the UTF-16 `offset`; an offset past the end gives the length of `text`."""
    if text.isascii():
        return min(offset, len(text))
    units = 0
    for index, char in enumerate(text):
        if units >= offset:
            return index
        units += 2 if char > "\uffff" else 1
    return len(text)


def cut(text: str, limit: int) -> list[str]:
    """Cut `text` into parts of at most `limit` UTF-16 units, at a line end or blank where one is near.

    Telegram clients do so with a text too long for one message. The parts joined give the text back, but for the
    blank at which it was cut.
    """
    parts = []
    while utf16_len(text) > limit:
        end = from_utf16(text, limit)
        if utf16_len(text[:end]) > limit:
            end -= 1
        at = max(text.rfind("\n", end // 2, end), 0) or max(text.rfind(" ", end // 2, end), 0)
        if at:
            parts.append(text[:at])
            text = text[at + 1 :]
        else:
            parts.append(text[:end])
            text = text[end:]
    return [*parts, text]
