"""The words of an editor's message: typed, as a caption, forwarded, or in a text file."""

from __future__ import annotations

from telegram import Document, Message

from digests.errors import IntakeError

MAX_BYTES = 1_000_000
_ENCODINGS = ("utf-8-sig", "cp1251")  # the second, the old Cyrillic one of Windows, decodes nearly anything
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # what UTF-16 files of Windows begin with


async def text_of(message: Message) -> str | None:
    """Return the text of a message, None if it has none.

    Raises IntakeError: ``file_type`` for a document that is no .txt file, ``file_too_large`` (limit, in kilobytes),
    ``file_encoding`` if it is text in no encoding we know. A caption of a text file is left out.
    """
    if message.document is not None:
        return await _read(message.document)
    return message.text or message.caption


async def _read(document: Document) -> str:
    if not (document.file_name or "").lower().endswith(".txt") and document.mime_type != "text/plain":
        raise IntakeError("file_type")
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
