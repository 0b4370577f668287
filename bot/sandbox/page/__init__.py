"""The chat page: see and do in a browser what people see and do in Telegram."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette

from bot.sandbox.actors import People
from bot.sandbox.world import World


def page_app(world: World, people: People, closing: asyncio.Event) -> Starlette:
    """Return the page's application; its event streams end with `closing`."""
    return Starlette(routes=[])
