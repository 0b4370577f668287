"""What owners see of deliveries as they go, and what they can do: try again, resume after a storm."""

from __future__ import annotations

from bot import keyboards
from bot.handlers.turn import Turn
from bot.keyboards import ROWS_A_PAGE
from bot.pages import Note


async def deliveries(turn: Turn, page: int = 0) -> None:
    """List what went to many; while something is under way the first page is kept up to date."""
    services, page = turn.services, max(0, page)
    found = await services.deliveries.latest(limit=ROWS_A_PAGE + 1, offset=page * ROWS_A_PAGE)
    pause = await services.deliveries.paused()
    if not found and pause is None:
        await turn.note(Note.NOTHING_DELIVERED)
        return
    progress = await services.deliveries.progress(now=turn.now)
    shown, more = found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE
    html = services.pages.deliveries(shown, progress=progress, pause=pause, language=turn.language, zone=turn.zone)
    ids = [each.edition.id for each in shown]
    keyboard = keyboards.deliveries(ids, language=turn.language, page=page, more=more, paused=pause is not None)
    message_id = await turn.show(html, keyboard)
    if progress is not None and page == 0:
        await services.live.follow(turn.chat.id, message_id, language=turn.language, zone=turn.zone)
    else:
        await services.live.leave(turn.chat.id)


async def edition(turn: Turn, edition_id: int) -> None:
    """Show one edition's deliveries."""
    services = turn.services
    await services.live.leave(turn.chat.id)
    report = await services.deliveries.report(edition_id)
    html = services.pages.edition(report, language=turn.language, zone=turn.zone)
    await turn.show(html, keyboards.edition(report, language=turn.language))


async def retry(turn: Turn, edition_id: int) -> None:
    """Try again what was refused and can be."""
    await _retry(turn, edition_id, resting=False)


async def resend(turn: Turn, edition_id: int, sure: int) -> None:
    """Send again what may have arrived, once the owner is sure."""
    if sure:
        await _retry(turn, edition_id, resting=True)
        return
    services = turn.services
    report = await services.deliveries.report(edition_id)
    html = services.pages.resend_confirm(report, language=turn.language)
    await turn.show(html, keyboards.resend(edition_id, language=turn.language))


async def resume(turn: Turn) -> None:
    """Let deliveries go on after a storm."""
    services = turn.services
    if await services.deliveries.resume(owner=turn.user_id, now=turn.now):
        services.worker.poke()
        await turn.show(services.pages.resumed(language=turn.language))
    else:
        await turn.note(Note.ALREADY_DONE)


async def _retry(turn: Turn, edition_id: int, *, resting: bool) -> None:
    deliveries = turn.services.deliveries
    count = await deliveries.retry(edition_id, resting=resting, owner=turn.user_id, now=turn.now)
    turn.services.worker.poke()
    await edition(turn, edition_id)
    await turn.note(Note.SAVED if count else Note.NOTHING_TO_RETRY)
