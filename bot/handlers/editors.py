"""What editors do: send an article, see it exactly as readers will, choose its quotes, publish it or throw it away.

Buttons carry the ids of the article and of the revision that was shown, so a press can never publish a text that the
presser has not seen.
"""

from __future__ import annotations

from bot import keyboards
from bot.handlers import corrections, documents
from bot.handlers.previews import Previews
from bot.handlers.turn import Turn
from bot.keyboards import ROWS_A_PAGE
from bot.pages import Note
from digests.errors import Conflict, NotFound
from digests.model import Article, ArticleState
from digests.publishing import Published
from digests.selection import chosen_indices


async def article(turn: Turn) -> None:
    """Make a draft of a text, caption, forward or text file, or add it to the draft it continues."""
    sent = await documents.text_of(turn.message) if turn.message is not None else None
    if sent is None:
        await turn.note(Note.EDITOR_UNKNOWN_INPUT)
        return
    if await corrections.heard(turn, sent):
        return
    links = documents.links_of(turn.message) if turn.message is not None else ()
    draft = await turn.services.publishing.submit(turn.user_id, sent, now=turn.now, links=links)

    async def show(article_id: int) -> None:
        await _preview(turn, article_id)

    previews: Previews = turn.application.bot_data["previews"]
    turn.later(previews.after_quiet(turn.user_id, draft.article.id, show))


async def open_draft(turn: Turn, article_id: int) -> None:
    """Show a draft: in place if its card was pressed, else as new messages."""
    draft = await turn.services.publishing.draft(article_id)
    await _show(turn, draft)


async def choose(turn: Turn, article_id: int, page: int) -> None:
    """Show the quotes to choose from on the card."""
    await _show_quotes(turn, await turn.services.publishing.draft(article_id), page)


async def set_quote(turn: Turn, article_id: int, index: int, on: int, page: int) -> None:
    """Show a quote to readers, or hide it."""
    publishing = turn.services.publishing
    draft = await publishing.draft(article_id)
    if (index in chosen_indices(draft.revision)) != bool(on):
        draft = await publishing.choose(article_id, index, editor=turn.user_id, now=turn.now)
    await _show_quotes(turn, draft, page)


async def choose_for_me(turn: Turn, article_id: int) -> None:
    """Let the reading decide again which quotes are shown."""
    draft = await turn.services.publishing.choose_for_me(article_id, editor=turn.user_id, now=turn.now)
    await _show_quotes(turn, draft, 0)


async def removed_lines(turn: Turn, article_id: int, page: int) -> None:
    """Show on the card what was left out as not news."""
    await _show_removed(turn, await turn.services.publishing.draft(article_id), page)


async def restore(turn: Turn, article_id: int, start: int, on: int, page: int) -> None:
    """Keep a line that was left out, or leave it out again; the article is read anew."""
    publishing = turn.services.publishing
    draft = await publishing.restore(article_id, start, on=bool(on), editor=turn.user_id, now=turn.now)
    await _show_removed(turn, draft, page)


async def publish(turn: Turn, article_id: int, revision_id: int) -> None:
    """Publish: readers get the article with their next digest."""
    if await _is_as_shown(turn, article_id, revision_id):
        done = await turn.services.publishing.publish(article_id, editor=turn.user_id, now=turn.now)
        await _confirm(turn, done, sent_to=None)


async def publish_and_send(turn: Turn, article_id: int, revision_id: int) -> None:
    """Publish, and send to everybody at once."""
    services = turn.services
    if await _is_as_shown(turn, article_id, revision_id):
        done = await services.publishing.publish_and_send(
            article_id, editor=turn.user_id, now=turn.now, composer=services.pages
        )
        services.worker.poke()
        await _confirm(turn, done, sent_to=done.subscriptions)


async def discard(turn: Turn, article_id: int) -> None:
    """Throw a draft away."""
    if await turn.services.publishing.discard(article_id, editor=turn.user_id, now=turn.now):
        gone = await turn.services.publishing.article(article_id)
        await turn.show(turn.services.pages.discarded(gone, language=turn.language))
    else:
        await turn.note(Note.ALREADY_DONE)


async def drafts(turn: Turn, page: int = 0) -> None:
    """List the drafts that wait, everybody's."""
    page = max(0, page)
    found = await turn.services.publishing.drafts(limit=ROWS_A_PAGE + 1, offset=page * ROWS_A_PAGE)
    if not found:
        await turn.note(Note.NO_DRAFTS)
        return
    shown, more = found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE
    html = turn.services.pages.drafts(shown, language=turn.language, zone=turn.zone)
    await turn.show(html, keyboards.drafts(shown, language=turn.language, page=page, more=more))


async def articles(turn: Turn, page: int = 0) -> None:
    """List what was published."""
    page = max(0, page)
    found = await turn.services.publishing.articles(limit=ROWS_A_PAGE + 1, offset=page * ROWS_A_PAGE)
    if not found:
        await turn.note(Note.NOTHING_PUBLISHED)
        return
    html = turn.services.pages.articles(found[:ROWS_A_PAGE], language=turn.language, zone=turn.zone)
    await turn.show(html, keyboards.articles(found[:ROWS_A_PAGE], page=page, more=len(found) > ROWS_A_PAGE))


async def stats(turn: Turn) -> None:
    """Show articles, subscriptions and deliveries in numbers."""
    async with turn.services.store.read() as tx:
        counts = (await tx.articles.counts(), await tx.subscriptions.counts(), await tx.ledger.counts())
    await turn.say(turn.services.pages.stats(*counts, language=turn.language))


async def _preview(turn: Turn, article_id: int) -> None:
    """Send a draft as readers will get it, and under it the card with the buttons, as a reply that ties the two."""
    pages = turn.services.pages
    try:
        draft = await turn.services.publishing.draft(article_id)
    except (Conflict, NotFound):  # published, or joined to another draft, since the piece came
        return
    part = pages.preview(draft, language=turn.language, zone=turn.zone, now=turn.services.clock())
    shown = await turn.say(part.html)
    keyboard = keyboards.draft(draft, language=turn.language)
    await turn.say(pages.draft_card(draft, language=turn.language), keyboard, reply_to=shown.message_id)


async def _show(turn: Turn, draft: Article) -> None:
    """Bring the pressed card and the preview it replies to up to date; without them send both."""
    above = turn.message.reply_to_message if turn.message is not None else None
    if above is None:
        await _preview(turn, draft.id)
        return
    pages = turn.services.pages
    part = pages.preview(draft, language=turn.language, zone=turn.zone, now=turn.now)
    await turn.rewrite(above.message_id, part.html)
    await turn.show(pages.draft_card(draft, language=turn.language), keyboards.draft(draft, language=turn.language))


async def _show_quotes(turn: Turn, draft: Article, page: int) -> None:
    html = turn.services.pages.choose_quotes(draft, language=turn.language, page=page)
    await turn.show(html, keyboards.choose_quotes(draft, language=turn.language, page=page))


async def _show_removed(turn: Turn, draft: Article, page: int) -> None:
    html = turn.services.pages.removed_lines(draft, language=turn.language, page=page)
    await turn.show(html, keyboards.removed_lines(draft, language=turn.language, page=page))


async def _is_as_shown(turn: Turn, article_id: int, revision_id: int) -> bool:
    """Tell whether a draft still has the text its card was made for; if not, show it as it is now."""
    found = await turn.services.publishing.article(article_id)
    if found.state is not ArticleState.DRAFT or found.revision.id == revision_id:
        return True
    await _show(turn, found)
    await turn.toast(Note.OLD_BUTTON)
    return False


async def _confirm(turn: Turn, done: Published, *, sent_to: int | None) -> None:
    if done.fresh:
        await turn.show(turn.services.pages.published(done.article, language=turn.language, sent_to=sent_to))
    else:
        await turn.note(Note.ALREADY_DONE)
