"""The queue of updates a bot polls, with the rules of getUpdates."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import JSON, ApiError

if TYPE_CHECKING:
    from datetime import datetime

UPDATE_TYPES = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
        "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
        "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
        "chat_boost", "removed_chat_boost",
    }
)  # fmt: skip
DEFAULT_TYPES = UPDATE_TYPES - {"chat_member", "message_reaction", "message_reaction_count"}
KEEP_SECONDS = 24 * 3600
"""How long an update waits for the bot."""
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """Updates in order, until the bot confirms them by asking from a higher offset."""

    def __init__(self, first_id: int = 100_000_001) -> None:
        self.next_id = first_id
        self.allowed: frozenset[str] = DEFAULT_TYPES
        self.closed = False
        self._pending: deque[tuple[float, JSON]] = deque()
        self._waiting: asyncio.Future[str] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def waiting(self) -> bool:
        """Whether a long poll waits for news now."""
        return self._waiting is not None

    @property
    def pending(self) -> list[JSON]:
        """The updates not confirmed yet, oldest first."""
        return [update for _, update in self._pending]

    def push(self, kind: str, payload: JSON, now: datetime) -> JSON | None:
        """Queue an update of `kind`; None when the bot did not ask for that kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": self.next_id, kind: payload}
        self.next_id += 1
        self._pending.append((now.timestamp(), update))
        self._wake("updates")
        return update

    def repeat(self, update: JSON, now: datetime) -> None:
        """Queue `update` again under the same id, as happens when a confirmation is lost."""
        self._pending.appendleft((now.timestamp(), update))
        self._wake("updates")

    def allow(self, kinds: object) -> None:
        """Take over `allowed_updates`; an empty list means the default set, unknown names are ignored."""
        if isinstance(kinds, list):
            self.allowed = frozenset(map(str, kinds)) & UPDATE_TYPES or DEFAULT_TYPES

    def confirm(self, offset: int, now: datetime) -> None:
        """Forget updates below `offset`; a negative one keeps only that many; also forget what is a day old."""
        queue = self._pending
        if offset < 0:
            while len(queue) > -offset:
                queue.popleft()
        oldest = now.timestamp() - KEEP_SECONDS
        while queue and (queue[0][0] < oldest or (offset > 0 and queue[0][1]["update_id"] < offset)):
            queue.popleft()

    def drop(self) -> None:
        """Forget all that waits (`drop_pending_updates`)."""
        self._pending.clear()

    def interrupt(self, why: str) -> None:
        """End a long poll under way with 409 and the text `why`."""
        self._wake(why)

    def close(self) -> None:
        """End a long poll under way for good."""
        self.closed = True
        self._wake("closed")

    async def poll(self, limit: int, timeout_seconds: float) -> Sequence[JSON]:
        """Return up to `limit` updates, waiting up to `timeout_seconds` for the first.

        Raises `ApiError` 409 when a newer poll, or a webhook, takes over meanwhile.
        """
        self.interrupt(CONFLICT)
        if not self._pending and timeout_seconds > 0 and not self.closed:
            waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._waiting = waiting
            try:
                done, _ = await asyncio.wait({waiting}, timeout=timeout_seconds)
                if done and waiting.result() not in ("updates", "closed"):
                    raise ApiError(409, waiting.result())
            finally:
                if self._waiting is waiting:
                    self._waiting = None
        return [update for _, update in list(self._pending)[:limit]]

    def _wake(self, why: str) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(why)
