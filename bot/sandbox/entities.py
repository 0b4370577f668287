"""Message text and its entities: reading Telegram HTML and `entities` lists the way the Bot API server does.

Offsets and lengths are UTF-16 code units. Rules and error texts follow TDLib's `parse_html` and
`fix_formatted_text` (td/telegram/MessageEntity.cpp); the limits are those of `sendMessage`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.html import HtmlError, parse_html
from bot.sandbox.units import from_utf16, utf16_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_TEXT = 4096
"""Code points of a message text after entity parsing."""
MAX_CAPTION = 1024
"""Code points of a caption after entity parsing."""
MAX_SOURCE_BYTES = 1 << 15
"""Bytes of the text before parsing; more is refused unread."""
MAX_ENTITIES = 100
"""Entities the server keeps; further ones are ignored."""

_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_PRE = {"pre", "code", "date_time"}
_AUTOMATIC = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number",
}  # fmt: skip
_PRIORITY = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "date_time": 30, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94,
    "custom_emoji": 99,
}  # fmt: skip
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = {code: " " for code in range(33) if chr(code) not in "\n\r "}


class Entity(NamedTuple):
    """One entity; `offset` and `length` in UTF-16 units, `extra` holds url, language, unix_time and the like."""

    type: str
    offset: int
    length: int
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def end(self) -> int:
        """The UTF-16 offset just after the entity."""
        return self.offset + self.length

    def json(self) -> JSON:
        """Return the entity as the Bot API shows it."""
        return {"type": self.type, "offset": self.offset, "length": self.length, **dict(self.extra)}


class Formatted(NamedTuple):
    """A text and its entities, cleaned and sorted."""

    text: str
    entities: tuple[Entity, ...] = ()


def formatted(
    text: str, parse_mode: str = "", entities: object = None, *, limit: int = MAX_TEXT, what: str = "message"
) -> Formatted:
    """Read what a bot sends as text or caption.

    `parse_mode` is "" or "HTML" in any case; `entities` a decoded list of MessageEntity objects (ignored when a parse
    mode is given). Raises `ApiError` 400 with the server's words for text it would refuse, an unknown tag, an entity
    outside the text, more than `limit` code points. `what` begins the complaint about length.
    """
    if entities is None:
        return _remembered(text, parse_mode.lower(), limit, what)
    return _formatted(text, parse_mode.lower(), entities, limit, what)


@lru_cache(maxsize=256)
def _remembered(text: str, mode: str, limit: int, what: str) -> Formatted:
    """One digest goes to many chats: read it once."""
    return _formatted(text, mode, None, limit, what)


def _formatted(text: str, mode: str, entities: object, limit: int, what: str) -> Formatted:
    if len(text) * 4 > MAX_SOURCE_BYTES and len(text.encode()) > MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    found: list[Entity] = []
    if mode == "html":
        try:
            text, tags = parse_html(text)
        except HtmlError as error:
            raise bad_request(f"can't parse entities: {error}") from None
        found = [Entity(tag.type, tag.offset, tag.length, tag.extra) for tag in tags]
    elif mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    elif isinstance(entities, list):
        found = [entity for entity in map(_from_json, entities) if entity is not None]
    text, found = _clean(text, _fix(found))
    text, found = _trim(text, found)
    if len(text) > limit:
        raise bad_request(f"{what} is too long")
    return Formatted(text, with_automatic(text, found))


def with_automatic(text: str, entities: Sequence[Entity] = ()) -> tuple[Entity, ...]:
    """Add what Telegram recognises by itself (commands, mentions, addresses, hashtags) and keep the first 100."""
    found = _recognise(text)
    if found:
        taken = [entity for entity in entities if entity.type not in _SPLITTABLE]
        fresh = [entity for entity in found if not any(_clash(entity, other) for other in taken)]
        if fresh:
            return tuple(_fix([*entities, *fresh])[:MAX_ENTITIES])
    return tuple(entities[:MAX_ENTITIES])


def _clash(new: Entity, old: Entity) -> bool:
    if new.end <= old.offset or old.end <= new.offset:
        return False
    return not (old.type in _QUOTES and old.offset <= new.offset and new.end <= old.end)


def _from_json(item: object) -> Entity | None:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    try:
        kind, offset, length = str(item["type"]), int(item["offset"]), int(item["length"])
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request(f"can't parse MessageEntity: can't find field \"{error.args[0]}\"") from None
    if kind in _AUTOMATIC:
        return None
    if kind not in _PRIORITY:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    for name, value in (("offset", offset), ("length", length)):
        if not 0 <= value <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect {name} {value}")
    extra = tuple((key, value) for key, value in item.items() if key not in ("type", "offset", "length"))
    return Entity(kind, offset, length, extra)


def _order(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _PRIORITY.get(entity.type, 50)


def _fix(entities: list[Entity]) -> list[Entity]:
    """Sort, drop what may not overlap, and cut the styles (bold…) at the borders of everything else."""
    if not entities:
        return entities
    entities = sorted((entity for entity in entities if entity.length > 0), key=_order)
    if all(left.end < right.offset for left, right in pairwise(entities)):
        return entities
    styles = [entity for entity in entities if entity.type in _SPLITTABLE]
    quotes = _disjoint(entity for entity in entities if entity.type in _QUOTES)
    whole = [
        entity
        for entity in _disjoint(e for e in entities if e.type not in _SPLITTABLE and e.type not in _QUOTES)
        if not any(_clash(entity, quote) for quote in quotes)
    ]
    others = quotes + whole
    return sorted([*others, *_split(styles, others)], key=_order)


def _disjoint(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _split(styles: list[Entity], others: list[Entity]) -> list[Entity]:
    runs: list[Entity] = []
    open_runs: dict[str, int] = {}
    for style in styles:
        at = open_runs.get(style.type)
        if at is not None and style.offset <= runs[at].end:
            runs[at] = runs[at]._replace(length=max(runs[at].end, style.end) - runs[at].offset)
        else:
            open_runs[style.type] = len(runs)
            runs.append(style)
    cuts = sorted({entity.offset for entity in runs} | {edge for o in others for edge in (o.offset, o.end)})
    closed = [other for other in others if other.type in _PRE]
    pieces = []
    for run in runs:
        inside = cuts[bisect_right(cuts, run.offset) : bisect_left(cuts, run.end)]
        edges = [run.offset, *inside, run.end]
        pieces += [
            Entity(run.type, start, end - start)
            for start, end in pairwise(edges)
            if not any(pre.offset <= start and end <= pre.end for pre in closed)
        ]
    return pieces


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Turn control characters into spaces, remove what the server removes, and hold the entities to the text."""
    text = text.translate(_CONTROL)
    length = utf16_len(text)
    for entity in entities:
        if entity.offset >= length:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
        if entity.end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text"
                f" at UTF-16 offset {entity.end}"
            )
    if _REMOVED.search(text):
        gone = [utf16_len(text[: match.start()]) for match in _REMOVED.finditer(text)]
        text = _REMOVED.sub("", text)

        def moved(at: int) -> int:
            return at - sum(place < at for place in gone)

        entities = [e._replace(offset=moved(e.offset), length=moved(e.end) - moved(e.offset)) for e in entities]
    return text, [entity for entity in entities if entity.length > 0]


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut blanks and line ends off both ends (in front only up to the first entity), as the server does."""
    text = text.rstrip(" \n")
    if not text:
        raise bad_request("text must be non-empty")
    end = utf16_len(text)
    entities = [e._replace(length=min(e.length, end - e.offset)) for e in entities if e.offset < end]
    first = from_utf16(text, entities[0].offset) if entities else len(text)
    front = min(len(text) - len(text.lstrip(" \n")), first)
    if front:
        text = text[front:]
        entities = [e._replace(offset=e.offset - front) for e in entities]
    return text, sorted(entities, key=_order)


_TLD = "com|org|net|info|news|me|io|tv|ua|ru|uk|eu|de|fr|co|gov|edu|int|mil|dev|app"
_PATTERNS = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<url>(?:https?|ftp|tg)://[^\s<>\"«»]+|(?<![\w@./])(?:[\w-]+\.)+(?:" + _TLD + r")\b(?:[/?#][^\s<>\"«»]*)?)"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z0-9_]{3,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])\#(?=\w*[^\W\d_])\w{1,256})"
)


def _recognise(text: str) -> list[Entity]:
    if not any(mark in text for mark in "@/.#"):
        return []
    found = []
    for match in _PATTERNS.finditer(text):
        kind = match.lastgroup or ""
        value = match.group()
        if kind == "url":
            value = value.rstrip(".,;:!?'\")]}" if "(" not in value else ".,;:!?'\"]}")
        found.append(Entity(kind, utf16_len(text[: match.start()]), utf16_len(value)))
    return found
