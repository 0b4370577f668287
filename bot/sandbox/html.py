"""A reader of Telegram's HTML: the tags, quirks and complaints of TDLib's `parse_html`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from bot.sandbox.units import utf16_len

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = {*_STYLES, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_SPACE = " \t\r\n\v\0"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*));?")
_TAG_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_SPACES = re.compile(r"[ \t\r\n\v]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\v\0=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_TIME_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
_HOST = re.compile(r"([^/?#]*)(.*)", re.DOTALL)
_CHECKED_SCHEME = re.compile(r"(https?|tg|ton|tonsite):(//)?", re.IGNORECASE)


class HtmlError(ValueError):
    """The HTML cannot be read; the text is the server's, without "can't parse entities: "."""


class Tag(NamedTuple):
    """A closed tag as an entity: `offset` and `length` in UTF-16 units of the text without tags."""

    type: str
    offset: int
    length: int
    extra: tuple[tuple[str, Any], ...] = ()


class _Open(NamedTuple):
    name: str
    argument: str
    unix: int
    offset: int
    chunk: int


def parse_html(source: str) -> tuple[str, list[Tag]]:
    """Return (text without tags, tags in closing order), or raise `HtmlError` with a UTF-8 byte offset."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.chunks: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.tags: list[Tag] = []

    def read(self) -> tuple[str, list[Tag]]:
        at, source = 0, self.source
        while at < len(source):
            start = source.find("<", at)
            self._text(source[at : start if start >= 0 else len(source)])
            if start < 0:
                break
            at = self._end(start) if source[start + 1 : start + 2] == "/" else self._start(start)
        if self.open:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        text = "".join(self.chunks)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise HtmlError(
                "Text contains invalid Unicode characters after decoding HTML entities,"
                " check for unmatched surrogate code units"
            ) from None
        return text, [tag._replace(extra=()) if tag.type == "code" else tag for tag in self.tags]

    def _text(self, raw: str) -> None:
        if raw:
            text = unescape(raw)
            self.chunks.append(text)
            self.units += utf16_len(text)

    def _byte(self, at: int) -> str:
        return f"at byte offset {len(self.source[:at].encode('utf-8', 'surrogatepass'))}"

    def _peek(self, at: int) -> str:
        return self.source[at] if at < len(self.source) else "\0"

    def _skip(self, at: int) -> int:
        match = _SPACES.match(self.source, at)
        return match.end() if match else at

    def _take(self, pattern: re.Pattern[str], at: int) -> tuple[str, int]:
        match = pattern.match(self.source, at)
        return (match.group(), match.end()) if match else ("", at)

    def _start(self, begin: int) -> int:
        name, at = self._take(_TAG_NAME, begin + 1)
        if self._peek(at) == "\0":
            raise HtmlError(f"Unclosed start tag {self._byte(begin)}")
        name = name.lower()
        if name not in _TAGS:
            raise HtmlError(f'Unsupported start tag "{name}" {self._byte(begin)}')
        argument, unix = "", 0
        while self._peek(at := self._skip(at)) != ">":
            attribute, value, at = self._attribute(name, begin, at)
            match name, attribute:
                case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
                    argument = value or ""
                case "code", "class" if value and value.startswith("language-"):
                    argument = value[9:]
                case "span", "class" if value and value.startswith("tg-"):
                    argument = value[3:]
                case "blockquote", "expandable":
                    argument = "1"
                case "tg-time", "unix":
                    unix = _integer(value or "")
        if name == "span" and argument != "spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" {self._byte(begin)}')
        self.open.append(_Open(name, argument, unix, self.units, len(self.chunks)))
        return at + 1

    def _attribute(self, tag: str, begin: int, at: int) -> tuple[str, str | None, int]:
        attribute, at = self._take(_ATTRIBUTE, at)
        if not attribute:
            raise HtmlError(f'Empty attribute name in the tag "{tag}" {self._byte(begin)}')
        at = self._skip(at)
        if self._peek(at) != "=":
            if self._peek(at) == "\0":
                raise HtmlError(f'Unclosed start tag "{tag}" {self._byte(begin)}')
            return attribute, None, at
        at = self._skip(at + 1)
        quote = self._peek(at)
        if quote == "\0":
            raise HtmlError(f'Unclosed start tag "{tag}" {self._byte(begin)}')
        if quote in "'\"":
            close = self.source.find(quote, at + 1)
            if close < 0 or close + 1 >= len(self.source):
                raise HtmlError(f"Unclosed start tag {self._byte(begin)}")
            return attribute, unescape(self.source[at + 1 : close]), close + 1
        value, end = self._take(_TOKEN, at)
        if self._peek(end) not in _SPACE + ">":
            raise HtmlError(f"Unexpected end of name token {self._byte(at)}")
        if self._peek(end) == "\0":
            raise HtmlError(f"Unclosed start tag {self._byte(begin)}")
        return attribute, value.lower(), end

    def _end(self, begin: int) -> int:
        if not self.open:
            raise HtmlError(f"Unexpected end tag {self._byte(begin)}")
        name, at = self._take(_TAG_NAME, begin + 2)
        at = self._skip(at)
        if self._peek(at) != ">":
            raise HtmlError(f"Unclosed end tag {self._byte(begin)}")
        tag, name = self.open[-1], name.lower()
        if name and name != tag.name:
            raise HtmlError(f'Unmatched end tag {self._byte(begin)}, expected "</{tag.name}>", found "</{name}>"')
        self.open.pop()
        if self.units > tag.offset:
            self._close(tag)
        return at + 1

    def _close(self, tag: _Open) -> None:
        found = self._entity(tag)
        if found is None:
            return
        kind, extra = found
        new = Tag(kind, tag.offset, self.units - tag.offset, extra)
        last = self.tags[-1] if self.tags else None
        twins = last is not None and {last.type, new.type} == {"pre", "code"} and last[1:3] == new[1:3]
        inner, outer = (last, new) if last is not None else (new, new)
        language = outer.extra if outer.type == "code" else inner.extra
        if twins and language:
            self.tags[-1] = new._replace(type="pre", extra=language)
        else:
            self.tags.append(new)

    def _entity(self, tag: _Open) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
        """Return type and details of the entity a closed tag makes, None where it makes none."""
        match tag.name:
            case "a":
                return self._link(tag)
            case "pre":
                return "pre", ()
            case "code":
                return "code", (("language", tag.argument),) if tag.argument else ()
            case "blockquote":
                return "expandable_blockquote" if tag.argument else "blockquote", ()
            case "tg-emoji":
                if not _integer(tag.argument):
                    raise HtmlError("Invalid custom emoji identifier specified")
                return "custom_emoji", (("custom_emoji_id", tag.argument),)
            case "tg-time":
                if not _TIME_FORMAT.fullmatch(tag.argument):
                    raise HtmlError("Invalid date-time format specified")
                shape = (("date_time_format", tag.argument),) if tag.argument else ()
                return ("date_time", (("unix_time", tag.unix), *shape)) if tag.unix > 0 else None
            case style:
                return _STYLES[style], ()

    def _link(self, tag: _Open) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
        url = checked_link(tag.argument or "".join(self.chunks[tag.chunk :]))
        if url.startswith("tg://user?id=") and (user := _integer(url[13:])) > 0:
            return "text_mention", (("user", {"id": user}),)
        return ("text_link", (("url", url),)) if url else None


def unescape(text: str) -> str:
    """Decode the four named and all numeric character references; anything else stays as it is."""
    return _REFERENCE.sub(_decode, text) if "&" in text else text


def _decode(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match.group())
    digits = hexadecimal if hexadecimal is not None else decimal
    length = len(match.group().rstrip(";"))
    code = int(digits, 16 if hexadecimal is not None else 10) if digits and length < 10 else 0
    return chr(code) if 0 < code < 0x10FFFF else match.group()


def checked_link(link: str) -> str:
    """Return the address as Telegram keeps it ("http://" put in front where none is), or "" if it is none."""
    link = link.strip()
    scheme = _CHECKED_SCHEME.match(link)
    if scheme and not scheme.group(1).lower().startswith("http"):
        return f"{scheme.group(1).lower()}://{link[scheme.end() :]}"
    rest = link[scheme.end() :] if scheme else link
    host, path = _HOST.match(rest).groups()  # type: ignore[union-attr]  # matches any text
    name, colon, port = host.partition(":")
    if "." not in name or any(char in name for char in " <>\n") or (colon and not port.isdigit()):
        return ""
    return f"{scheme.group(1).lower() if scheme else 'http'}://{host}{'' if path.startswith('/') else '/'}{path}"


def _integer(digits: str) -> int:
    match = re.match(r"-?\d+", digits)
    return int(match.group()) if match else 0
