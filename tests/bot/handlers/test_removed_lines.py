"""What editors can do with the lines that were left out of an article."""

from __future__ import annotations

from bot.app import Running
from bot.sandbox import Person, Sandbox
from digests.model import Article, ArticleState
from tests.bot.handlers.conftest import ARTICLE, Start, arrive, card_after, submit

CAPTION = "Фото: Мост у Таврина, ноябрь"
PAGE = ARTICLE + "".join(f"\nSign up to newsletter number {number}\n" for number in range(9)) + f"\n{CAPTION}\n"


async def drafts(bot: Running) -> list[Article]:
    async with bot.services.store.read() as tx:
        return list(await tx.articles.list([ArticleState.DRAFT], limit=5))


async def test_removed_lines_are_listed_and_brought_back(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    card = await submit(sandbox, owner, PAGE)
    await owner.click(card, "Removed lines")
    assert "Sign up to newsletter number 0" in card.text
    assert "promotion" in card.text
    await owner.click(card, "›")
    assert CAPTION in card.text
    await owner.click(card, "10")
    assert "✓ 10" in card.labels
    (draft,) = await drafts(bot)
    assert [line.span.of(draft.revision.text) for line in draft.revision.reading.restored] == [CAPTION]
    await owner.click(card, "✓ 10")
    (draft,) = await drafts(bot)
    assert draft.revision.reading.restored == ()
    await owner.click(card, "Done")
    assert "Publish" in card.labels


async def test_the_preview_follows_a_line_brought_back(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    line = "Photo: The northern span carries trucks of forty tons again, the council of Tavrin said on Friday evening."
    card = await submit(sandbox, owner, f"{line}\n\n{ARTICLE}")
    preview = card.reply_to
    assert preview is not None
    assert "forty tons" not in preview.text
    await owner.click(card, "Removed lines")
    await owner.click(card, "1")
    await owner.click(card, "Done")
    assert "forty tons" in preview.text
    await owner.click(card, "Publish")
    assert not await drafts(bot)


async def test_lines_are_brought_back_after_a_restart(sandbox: Sandbox, start: Start, owner: Person) -> None:
    async with start():
        card = await submit(sandbox, owner, PAGE)
        await owner.click(card, "Removed lines")
    async with start() as bot:
        await owner.click(card, "1")
        assert "✓ 1" in card.labels
        (draft,) = await drafts(bot)
        assert len(draft.revision.reading.restored) == 1


async def test_pressing_twice_brings_a_line_back_once(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    card = await submit(sandbox, owner, PAGE)
    await owner.click(card, "Removed lines")
    data = card.button("1")["callback_data"]
    first, second = owner.press(card, data), owner.press(card, data)
    await sandbox.until(lambda: first.answer is not None and second.answer is not None)
    (draft,) = await drafts(bot)
    assert len(draft.revision.reading.restored) == 1


async def test_an_article_without_leftovers_has_no_such_button(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    assert "Removed lines" not in (await submit(sandbox, owner)).labels


async def test_a_page_pasted_with_its_tags_is_shown_as_it_reads(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await arrive(owner)
    before = owner.chat.last_id
    paragraphs = [part.replace('"', "&quot;").replace("—", "&mdash;") for part in ARTICLE.strip().split("\n\n")]
    page = "".join(f"<p class='x'>{part}&nbsp;</p>\r\n" for part in paragraphs)
    owner.send(f"<html><body>{page}</body></html>")
    card = await card_after(sandbox, owner, before)
    assert card.reply_to is not None
    assert "The first trucks will cross on Monday morning." in card.reply_to.text
    assert not [piece for piece in ("&quot;", "<p", "</", "&nbsp;", "&amp;") if piece in card.reply_to.text]
