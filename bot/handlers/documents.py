"""The words of an editor's message: typed, as a caption, forwarded, or in a text file."""

from __future__ import annotations

from telegram import Document, Message, MessageEntity

from digests.errors import IntakeError
from digests.model import Link, Span

MAX_BYTES = 1_000_000
_ENCODINGS = ("utf-8-sig", "cp1251")  # the second, the old Cyrillic one of Windows, decodes nearly anything
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # what UTF-16 files of Windows begin with


async def text_of(message: Message) -> str | None:
    """Return the text of a message, None if it has none. A text file counts more than its caption.

    Raises IntakeError: ``file_type`` for a file that is no text and has no caption, ``file_too_large`` (limit, in
    kilobytes), ``file_encoding`` for a file in no encoding we know.
    """
    document = message.document  # a GIF is one, too
    if document is not None and _is_text(document):
        return await _read(document)
    if document is not None and not message.caption:
        raise IntakeError("file_type")
    return message.text or message.caption


def links_of(message: Message) -> tuple[Link, ...]:
    """Return the hyperlinked words of a message or caption, by spans of `text_of` in code points; a file has none."""
    if message.document is not None and _is_text(message.document):
        return ()
    units = (message.text or message.caption or "").encode("utf-16-le")

    def points(offset: int) -> int:
        return len(units[: 2 * offset].decode("utf-16-le", "ignore"))

    return tuple(
        Link(Span(points(entity.offset), points(entity.offset + entity.length)), entity.url)
        for entity in (*message.entities, *message.caption_entities)
        if entity.type == MessageEntity.TEXT_LINK and entity.url
    )


def _is_text(document: Document) -> bool:
    return (document.file_name or "").lower().endswith(".txt") or document.mime_type == "text/plain"


async def _read(document: Document) -> str:
    if (document.file_size or 0) > MAX_BYTES:
        raise IntakeError("file_too_large", limit=MAX_BYTES // 1000)
    file = await document.get_file()
    return decode(bytes(await file.download_as_bytearray()))


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1251. Raises IntakeError as `text_of`."""
    if len(data) > MAX_BYTES:
        raise IntakeError("file_too_large", limit=MAX_BYTES // 1000)
    for encoding in ("utf-16",) if data.startswith(_WIDE) else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise IntakeError("file_encoding")
