"""What editors do about an article that readers have already: correct it, or retract it.

The words are asked for, then what would change is shown: the message as readers would get it, and under it a card that
marks every change, with the buttons. Where an editor stands in this is in the database, never here.
"""

from __future__ import annotations

from bot import keyboards
from bot.handlers.previews import Previews
from bot.handlers.turn import Turn
from bot.keyboards import CORRECTION_KINDS
from bot.pages import Note
from digests import intake
from digests.correcting import Proposed


async def correct(turn: Turn) -> None:
    """Begin a correction: ``/correct 12``, or ``/correct 12 old words => new words`` at once."""
    await _begin_typed(turn, retract=False)


async def retract(turn: Turn) -> None:
    """Begin a retraction: ``/retract 12``, or ``/retract 12 the reason`` at once."""
    await _begin_typed(turn, retract=True)


async def open_article(turn: Turn, article_id: int) -> None:
    """Show a published article as readers have it, with what can be done about it."""
    article = await turn.services.publishing.article(article_id)
    pages = turn.services.pages
    part = pages.preview(article, language=turn.language, zone=turn.zone, now=turn.now)
    await turn.show(part.html, keyboards.article(article, language=turn.language))


async def correct_pressed(turn: Turn, article_id: int) -> None:
    """Begin a correction by the button of the article."""
    await _begin(turn, article_id, retract=False)


async def retract_pressed(turn: Turn, article_id: int) -> None:
    """Begin a retraction by the button of the article."""
    await _begin(turn, article_id, retract=True)


async def heard(turn: Turn, sent: str) -> bool:
    """Take what an editor sent for the words that are waited for; False if none are."""
    correcting = turn.services.correcting
    proposal = await correcting.hear(turn.user_id, sent, now=turn.now)
    if proposal is None:
        return False
    if proposal.piece < intake.NEAR_LIMIT:
        await _present(turn, await correcting.propose(proposal.id, now=turn.now))
    else:  # more of it may come

        async def show(_: int) -> None:
            await _present(turn, await correcting.propose(proposal.id, now=turn.services.clock()))

        previews: Previews = turn.application.bot_data["previews"]
        turn.later(previews.after_quiet(turn.user_id, -proposal.id, show))  # below nought: no draft has such a number
    return True


async def choose_kind(turn: Turn, proposal_id: int, number: int) -> None:
    """Say what kind of correction it is."""
    if number not in range(len(CORRECTION_KINDS)):
        return await turn.note(Note.OLD_BUTTON)
    kind = CORRECTION_KINDS[number]
    return await _show(turn, await turn.services.correcting.choose_kind(proposal_id, kind, now=turn.now))


async def other_words(turn: Turn, proposal_id: int) -> None:
    """Ask for the words once more."""
    await _ask(turn, await turn.services.correcting.ask_again(proposal_id, now=turn.now))


async def publish(turn: Turn, proposal_id: int, revision_id: int) -> None:
    """Publish a correction as it was shown, and follow it in place of the card."""
    services = turn.services
    proposed = await services.correcting.proposed(proposal_id, now=turn.now)
    if (proposed.proposal.revision_id or 0) != revision_id and proposed.after is not None:
        await _show(turn, proposed)
        return await turn.toast(Note.OLD_BUTTON)
    done = await services.correcting.publish(proposal_id, editor=turn.user_id, now=turn.now, reviser=services.pages)
    if not done.fresh:
        return await turn.note(Note.ALREADY_DONE)
    copies = await services.correcting.copies(proposal_id)
    html = services.pages.correction_progress(done.proposal, copies, language=done.proposal.language)
    message_id = await turn.show(html)
    await services.correcting.show_progress_in(proposal_id, message_id)
    services.corrections.poke()
    return None


async def discard(turn: Turn, proposal_id: int) -> None:
    """Let the article be as it is."""
    if await turn.services.correcting.discard(proposal_id, now=turn.now):
        await turn.show(turn.services.pages.note(Note.LEFT_AS_IT_IS, language=turn.language))
    else:
        await turn.note(Note.ALREADY_DONE)


async def _begin_typed(turn: Turn, *, retract: bool) -> None:
    text = (turn.message.text or turn.message.caption or "") if turn.message is not None else ""
    _, *rest = text.split(maxsplit=2)
    if not rest or not rest[0].isdecimal():
        return await turn.note(Note.WHICH_TO_RETRACT if retract else Note.WHICH_TO_CORRECT)
    proposed = await _started(turn, int(rest[0]), retract=retract)
    if len(rest) == 1:
        return await _ask(turn, proposed)
    await heard(turn, rest[1])
    return None


async def _begin(turn: Turn, article_id: int, *, retract: bool) -> None:
    await _ask(turn, await _started(turn, article_id, retract=retract), anew=True)


async def _started(turn: Turn, article_id: int, *, retract: bool) -> Proposed:
    return await turn.services.correcting.begin(
        article_id, editor=turn.user_id, language=turn.language, now=turn.now, retract=retract
    )


async def _ask(turn: Turn, proposed: Proposed, *, anew: bool = False) -> None:
    """Ask for the words, in a message of its own where the pressed one shows the article (`anew`)."""
    html = turn.services.pages.correction_asked(proposed.proposal, proposed.before, language=turn.language)
    keyboard = keyboards.correction_asked(proposed.proposal, language=turn.language)
    await (turn.say(html, keyboard) if anew else turn.show(html, keyboard))


async def _present(turn: Turn, proposed: Proposed) -> None:
    """Send what readers would get, and under it the card, as a reply that ties the two."""
    if proposed.after is None:
        return
    pages = turn.services.pages
    part = pages.preview(proposed.after, language=turn.language, zone=turn.zone, now=turn.services.clock())
    shown = await turn.say(part.html)
    card = pages.correction_card(proposed, language=turn.language, zone=turn.zone, now=turn.now)
    await turn.say(card, keyboards.correction(proposed.proposal, language=turn.language), reply_to=shown.message_id)


async def _show(turn: Turn, proposed: Proposed) -> None:
    """Bring the pressed card and the message it replies to up to date; without them send both."""
    above = turn.message.reply_to_message if turn.message is not None else None
    if above is None or proposed.after is None:
        return await _present(turn, proposed)
    pages = turn.services.pages
    part = pages.preview(proposed.after, language=turn.language, zone=turn.zone, now=turn.now)
    await turn.rewrite(above.message_id, part.html)
    card = pages.correction_card(proposed, language=turn.language, zone=turn.zone, now=turn.now)
    await turn.show(card, keyboards.correction(proposed.proposal, language=turn.language))
    return None
