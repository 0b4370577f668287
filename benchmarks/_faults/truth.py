"""What really happened, from the server's own log of calls: who got what, how often, marked or not, and when."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bot.sandbox import Call
from bot.sandbox.entities import formatted

MARK = "ossible repeat"
SEND, EDIT = "sendMessage", "editMessageText"
GRACE = 1.0  # seconds after a 429 in which calls that were on their way then may still be read
SPREAD = 5.0  # 429s in two chats within so many seconds are for everyone, as `bot.pacer` takes them
_AMBIGUOUS = {"http", "malformed", "truncated", "hang", "reset"}
_NEVER = (0.0, 0.0)
_RETRY_AFTER = re.compile(r"retry after (\d+)")


class Truth(NamedTuple):
    """Chats by what they got; copies beyond the first; calls that were marked; calls that broke a rule.

    `ambiguous` calls are those whose caller could not know whether they were processed. `unmarked` are repeats without
    the mark, `early` are calls before a 429's time was up.
    """

    lost: Collection[int]
    copies: int
    repeats: int
    marked: int
    ambiguous: int
    unmarked: int
    early: int


def told(calls: Iterable[Call], chats: Collection[int]) -> Truth:
    """Judge the calls that sent digests to `chats`."""
    sends = [call for call in calls if call.method == SEND and call.params.integer("chat_id") in chats]
    copies: dict[int, list[bool]] = defaultdict(list)
    for call in sends:
        if call.result is not None:
            copies[call.params.integer("chat_id")].append(MARK in call.params.text("text"))
    return Truth(
        lost={chat for chat in chats if not copies[chat]},
        copies=sum(map(len, copies.values())),
        repeats=sum(max(0, len(each) - 1) for each in copies.values()),
        marked=sum(MARK in call.params.text("text") for call in sends),
        ambiguous=sum(call.outcome in _AMBIGUOUS or call.status >= 500 for call in sends),
        unmarked=sum(marked is False for each in copies.values() for marked in each[1:]),
        early=_early(sends),
    )


class Shown(NamedTuple):
    """What people see of corrections: chats left with an older text, all copies with one, edits to a wrong one.

    A copy may have an older text though a later one in its chat has the present: the bot was never told the id of the
    former, so that it sent the latter, its marked repeat.
    """

    left: int
    older: int
    wrong: int


def shown(copies: Iterable[Sequence[str]], edits: Iterable[Call], versions: Sequence[Collection[str]]) -> Shown:
    """Judge copies (plain text, by chat, oldest first) and edits by the `versions`; the last is the present one."""
    present = tuple(formatted(html, "HTML").text for html in versions[-1])  # a mark may stand before it
    old = [[not text.endswith(present) for text in chat] for chat in copies]
    known = tuple(html for version in versions for html in version)
    return Shown(
        left=sum(chat[-1] for chat in old if chat),
        older=sum(map(sum, old)),
        wrong=sum(not call.params.text("text").endswith(known) for call in edits),
    )


def _early(sends: Sequence[Call]) -> int:
    """Count the calls that left before the time of a 429 was up: for their chat, or for everyone."""
    halts: dict[int | None, tuple[float, float]] = {}  # of a chat, or everyone: the first and last moment
    floods: list[tuple[float, int]] = []
    early = 0
    for call in sends:
        at, chat = call.at.timestamp(), call.params.integer("chat_id")
        early += any(first + GRACE < at < until for first, until in (halts.get(chat, _NEVER), halts.get(None, _NEVER)))
        if call.status == 429 and (found := _RETRY_AFTER.search(call.outcome)):
            everyone = any(other != chat and at - then < SPREAD for then, other in floods)
            scope = None if everyone else chat
            first, until = halts.get(scope, (at, at))
            halts[scope] = (first if at < until else at, max(until, at + int(found[1])))
            floods.append((at, chat))
    return early


def fullest(calls: Iterable[Call], since: float, until: float, window: float = 1.0) -> float:
    """Return the rate, in messages a second, of the best `window` of seconds between two moments."""
    times = sorted(call.at.timestamp() for call in calls if call.method == SEND and call.result is not None)
    times = [at for at in times if since <= at <= until]
    seconds = Counter(int((at - since) / window) for at in times)
    return max(seconds.values(), default=0) / window
