"""What the handlers are given by the composition root, as ``application.bot_data["services"]``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access import Access
from bot.live import Live
from bot.menus import Menus
from bot.pages import Pages
from digests.correcting import Correcting
from digests.deliveries import Deliveries
from digests.ports import Alarm, Store
from digests.publishing import Publishing
from digests.staff import Staff
from digests.subscribing import Subscribing


class Pokeable(Protocol):
    """The delivery worker, as far as handlers know it."""

    def poke(self) -> None:
        """Look for rows to deliver now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use-cases and what is needed to render their answers. `clock` gives the time in UTC.

    `preview_delay`: seconds of quiet after an editor's last piece before the draft is shown.
    """

    publishing: Publishing
    subscribing: Subscribing
    staff: Staff
    correcting: Correcting
    deliveries: Deliveries
    live: Live
    store: Store
    pages: Pages
    access: Access
    menus: Menus
    alarm: Alarm
    worker: Pokeable
    corrections: Pokeable  # the worker that edits what was delivered
    default_language: str
    default_zone: str
    clock: Callable[[], datetime]
    preview_delay: float = 1.2
