"""Driver calls that a cancelled task does not break off."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")


async def unbroken(call: Coroutine[object, object, Result]) -> Result:
    """Await `call` to its end, and only then let through a cancellation that came meanwhile.

    SQLAlchemy drops a connection whose call was broken off, but the driver's thread goes on with it and keeps
    SQLite's write lock: every later unit of work would find the database locked.
    """
    task = asyncio.create_task(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # whatever it was, the cancellation matters more
        raise
