"""What buttons ask for: ``version:action:args`` as callback data, 64 bytes at most; ids and settings, never texts."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from telegram.constants import InlineKeyboardButtonLimit

VERSION = "1"


class Name(StrEnum):
    """What a button asks for; the arguments are listed after each."""

    PUBLISH = "p"  # article id, revision id
    SEND_NOW = "n"  # article id, revision id: publish and send now
    CHOOSE = "q"  # article id, page: show the quotes to choose from
    QUOTE = "qs"  # article id, quote index, 1 shown / 0 not, page
    QUOTES_AUTO = "qa"  # article id: let the reading decide
    REMOVED = "rl"  # article id, page: show the lines left out
    RESTORE = "rs"  # article id, where the line begins, 1 kept / 0 left out, page
    DRAFT = "d"  # article id: show the draft
    DISCARD = "x"  # article id
    DRAFTS = "dl"  # page
    ARTICLES = "al"  # page
    CHANNELS = "cl"  # page
    TIMES = "s"  # show the clock times
    DAYS = "sd"  # show the weekdays
    ZONES = "sz"  # show the zones
    TIME = "st"  # minutes after midnight, 1 on / 0 off
    DAY = "sw"  # weekday (Monday 0), 1 on / 0 off
    ALL_DAYS = "sa"  # 7 every day / 5 Monday to Friday
    ZONE = "so"  # IANA name
    TELL_EMPTY = "se"  # 1 on / 0 off
    LANGUAGE = "l"  # code
    SUBSCRIBE = "b"  # subscribe the chat the button is in
    SUBSCRIBE_CHANNEL = "bc"  # chat id
    FORGET = "f"  # 1 yes / 0 no
    EDITOR_REMOVE = "er"  # user id
    DELIVERIES = "v"  # page
    EDITION = "ve"  # edition id: its deliveries
    RETRY = "vr"  # edition id: try again what was refused
    RESEND = "vu"  # edition id, 1 yes / 0 ask: send again what is of unknown outcome
    RESUME = "r"  # let deliveries go on after a storm
    ARTICLE = "a"  # article id: show a published article
    CORRECT = "c"  # article id
    RETRACT = "ct"  # article id
    CORRECTION_KIND = "ck"  # proposal id, number in CORRECTION_KINDS
    CORRECTION_WORDS = "cw"  # proposal id: ask for other words
    CORRECTION_PUBLISH = "cp"  # proposal id, revision id (0: a retraction)
    CORRECTION_DISCARD = "cx"  # proposal id


class Action(NamedTuple):
    """A parsed button: what it asks for and its arguments, whole numbers wherever the data were digits."""

    name: Name
    args: tuple[int | str, ...] = ()


_TEXT_ARGUMENTS = {Name.ZONE, Name.LANGUAGE}
_ARGUMENTS = {
    Name.PUBLISH: 2, Name.SEND_NOW: 2, Name.CHOOSE: 2, Name.QUOTE: 4, Name.QUOTES_AUTO: 1, Name.DRAFT: 1,
    Name.REMOVED: 2, Name.RESTORE: 4,
    Name.DISCARD: 1, Name.DRAFTS: 1, Name.ARTICLES: 1, Name.CHANNELS: 1, Name.TIMES: 0, Name.DAYS: 0, Name.ZONES: 0,
    Name.TIME: 2, Name.DAY: 2, Name.ALL_DAYS: 1, Name.ZONE: 1, Name.TELL_EMPTY: 1, Name.LANGUAGE: 1,
    Name.SUBSCRIBE: 0, Name.SUBSCRIBE_CHANNEL: 1, Name.FORGET: 1, Name.EDITOR_REMOVE: 1,
    Name.DELIVERIES: 1, Name.EDITION: 1, Name.RETRY: 1, Name.RESEND: 2, Name.RESUME: 0,
    Name.ARTICLE: 1, Name.CORRECT: 1, Name.RETRACT: 1, Name.CORRECTION_KIND: 2, Name.CORRECTION_WORDS: 1,
    Name.CORRECTION_PUBLISH: 2, Name.CORRECTION_DISCARD: 1,
}  # fmt: skip


def pack(name: Name, *args: int | str) -> str:
    """Return callback data for an action. Raises ValueError above 64 bytes."""
    data = ":".join((VERSION, name, *map(str, args)))
    if len(data.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ValueError(f"callback data too long: {data}")
    return data


def parse(data: str | None) -> Action | None:
    """Read callback data back; None for anything this version did not make."""
    version, _, rest = (data or "").partition(":")
    code, *raw = rest.split(":")
    if version != VERSION or code not in {*Name}:
        return None
    name = Name(code)
    if len(raw) != _ARGUMENTS[name]:
        return None
    if name in _TEXT_ARGUMENTS:
        return Action(name, tuple(raw))
    try:
        return Action(name, tuple(int(item) for item in raw))
    except ValueError:
        return None
