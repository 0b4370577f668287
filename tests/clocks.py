"""A clock for a bot that runs in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that runs with the real one and can be set forward."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward_to(self, moment: datetime) -> None:
        """Jump to a later moment."""
        assert moment > self()
        self._ahead += moment - self()

    def forward(self, by: timedelta) -> None:
        """Jump ahead."""
        self._ahead += by
