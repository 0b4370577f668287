"""Follows corrections: tells the editor how many delivered copies show one, by editing one message until the end.

Which message that is stands in the database with the correction, so it goes on after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.limiter import RateArgs
from bot.pacer import Priority
from bot.pages import Pages
from digests.correcting import Correcting
from digests.model import Proposal

log = structlog.get_logger(__name__)

EVERY = 3.0  # seconds between two looks, at least
_AT_MOST = 0.05  # the share of the time that may go into counting
_SHOWN_BY_NOW = timedelta(seconds=10)  # else whoever published it was cut off before showing the message
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Following:
    """One message for each correction that is not at its end."""

    def __init__(
        self,
        correcting: Correcting,
        pages: Pages,
        bot: ExtBot[RateArgs],
        clock: Callable[[], datetime],
        *,
        every: float = EVERY,
    ) -> None:
        self._correcting = correcting
        self._pages = pages
        self._bot = bot
        self._clock = clock
        self._every = every
        self._shown: dict[int, str] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Tell until `stop` is set."""
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                for proposal in await self._correcting.unfinished():
                    await self._follow(proposal)
            except Exception:  # what is shown is a convenience: nothing stops for it
                log.exception("following.failed")
            took = asyncio.get_running_loop().time() - began
            try:
                async with asyncio.timeout(max(self._every, took / _AT_MOST)):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _follow(self, proposal: Proposal) -> None:
        if proposal.message_id is None and self._clock() - proposal.at < _SHOWN_BY_NOW:
            return  # it is being shown
        copies = await self._correcting.copies(proposal.id)
        html = self._pages.correction_progress(proposal, copies, language=proposal.language)
        told = self._shown.get(proposal.id) == html or await self._tell(proposal, html)
        if told and copies.settled:
            await self._correcting.finish(proposal.id, now=self._clock())
            self._shown.pop(proposal.id, None)

    async def _tell(self, proposal: Proposal, html: str) -> bool:
        """Show it; False if it is worth trying again."""
        try:
            if proposal.message_id is None:
                sent = await self._bot.send_message(
                    proposal.editor, html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
                )
                await self._correcting.show_progress_in(proposal.id, sent.message_id)
            else:
                await self._bot.edit_message_text(
                    html,
                    proposal.editor,
                    proposal.message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    rate_limit_args=Priority.EDIT,
                )
        except (BadRequest, Forbidden) as error:  # not modified, deleted, or the bot was blocked
            log.info("following.not_shown", error=type(error).__name__)
        except TelegramError as error:
            log.info("following.not_shown", error=type(error).__name__)
            return False
        self._shown[proposal.id] = html
        return True
