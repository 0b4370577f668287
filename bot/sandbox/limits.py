"""Optional flood limits, answered with 429 as Telegram does (figures: core.telegram.org/bots/faq)."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.errors import flood


@dataclass
class Limits:
    """Sliding windows over messages sent and edited; None switches one off. All are off by default.

    `overall` messages a second, `per_chat` messages a second in one chat, `per_group` messages a minute in one group,
    supergroup or channel. Telegram's own figures are about 30, 1 and 20.
    """

    overall: int | None = None
    per_chat: int | None = None
    per_group: int | None = None
    _sent: dict[tuple[str, int], deque[float]] = field(default_factory=dict, repr=False)

    def take(self, chat_id: int, now: float) -> None:
        """Count one message to `chat_id` at `now` (Unix seconds), or raise `ApiError` 429."""
        windows = []
        if self.overall is not None:
            windows.append((("all", 0), self.overall, 1.0))
        if self.per_chat is not None:
            windows.append((("chat", chat_id), self.per_chat, 1.0))
        if self.per_group is not None and chat_id < 0:
            windows.append((("group", chat_id), self.per_group, 60.0))
        wait = 0.0
        for key, limit, seconds in windows:
            sent = self._sent.setdefault(key, deque())
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= limit:
                wait = max(wait, sent[-limit] + seconds - now)
        if wait > 0:
            raise flood(max(1, math.ceil(wait)))
        for key, _, _ in windows:
            self._sent[key].append(now)
