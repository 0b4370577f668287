"""Long polling: updates are confirmed to Telegram once they were worked on."""

from __future__ import annotations

import asyncio

import pytest

from bot.polling import PatientPolling
from bot.telegram_http import NotSent


class Settling:
    """Tells that it was asked, and returns when told."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def __call__(self) -> None:
        self.asked.set()
        await self.free.wait()


@pytest.mark.parametrize("slow", [False, True])
async def test_more_is_asked_for_once_all_was_worked_on_or_patience_ends(slow: bool) -> None:
    polling = PatientPolling(patience=0.05 if slow else 60)
    settling = polling.settled = Settling()
    asking = asyncio.create_task(polling.do_request("http://127.0.0.1:1/", "POST"))
    await settling.asked.wait()
    assert not asking.done()
    if not slow:
        settling.free.set()
    with pytest.raises(NotSent):  # the transport was never opened: here the call itself begins
        await asking
