"""What editors can do, and that nobody else can."""

from __future__ import annotations

import pytest
import telegram

from bot.app import Running
from bot.handlers.documents import links_of
from bot.handlers.previews import Previews, Show
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.entities import Entity
from digests.model import Article, ArticleState
from tests.bot.handlers.conftest import ARTICLE, Start, arrive, card_after, digests, submit

STAFF = ["drafts", "articles", "stats", "editors"]


async def stored(bot: Running, *states: ArticleState) -> list[Article]:
    async with bot.services.store.read() as tx:
        return list(await tx.articles.list(states or tuple(ArticleState), limit=50))


async def test_an_editor_sees_what_readers_will_get_and_then_the_card(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna, "subscribe")
    card = await submit(sandbox, owner)
    preview = card.reply_to
    assert preview is not None
    await owner.click(card, "Publish and send now")
    await sandbox.until(lambda: digests(anna))
    (digest,) = digests(anna)
    assert (digest.text, digest.entities) == (preview.text, preview.entities)
    assert not card.labels


async def test_publish_waits_for_the_readers_hour(sandbox: Sandbox, bot: Running, owner: Person, anna: Person) -> None:
    await arrive(anna, "subscribe")
    await owner.click(await submit(sandbox, owner), "Publish")
    await anna.ask("/privacy")
    assert not digests(anna)
    assert len(await stored(bot, ArticleState.PUBLISHED)) == 1


async def test_pressing_publish_twice_publishes_once(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna, "subscribe")
    card = await submit(sandbox, owner)
    data = next(b["callback_data"] for b in card.buttons if b["text"] == "Publish and send now")
    first = owner.press(card, data)
    second = owner.press(card, data)
    await sandbox.until(lambda: first.answer is not None and second.answer is not None)
    assert second.answer
    assert second.answer["text"] == "Already done."
    await sandbox.until(lambda: digests(anna))
    await anna.ask("/privacy")
    assert len(digests(anna)) == 1


async def test_a_reader_pressing_a_forwarded_publish_button_changes_nothing(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna)
    card = await submit(sandbox, owner)
    for button in card.buttons:
        callback = sandbox.world.add_callback(anna.user, anna.last, button["callback_data"])
        await sandbox.until(lambda callback=callback: callback.answer is not None)  # type: ignore[misc]
        assert callback.answer
        assert callback.answer["text"] == "That is not available to you."
    assert [article.state for article in await stored(bot)] == [ArticleState.DRAFT]
    assert card.labels


async def test_an_editors_button_does_nothing_in_a_group(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    card = await submit(sandbox, owner)
    group = sandbox.people.group("Neighbours", owner, [anna])
    owner.add_bot(group)
    hello = await owner.answer(group)
    callback = sandbox.world.add_callback(owner.user, hello, card.buttons[0]["callback_data"])
    await sandbox.until(lambda: callback.answer is not None)
    assert [article.state for article in await stored(bot)] == [ArticleState.DRAFT]


@pytest.mark.parametrize("command", STAFF)
async def test_to_strangers_a_staff_command_is_one_that_does_not_exist(
    bot: Running, anna: Person, command: str
) -> None:
    await arrive(anna)
    unknown = await anna.ask("/nonsense")
    assert (await anna.ask(f"/{command}")).text == unknown.text


async def test_in_a_group_even_an_owner_reaches_no_staff_command(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    group = sandbox.people.group("Neighbours", owner)
    owner.add_bot(group)
    await owner.answer(group)
    name = sandbox.world.bot.username
    unknown = await owner.ask(f"/nonsense@{name}", group)
    for command in STAFF:
        assert (await owner.ask(f"/{command}@{name}", group)).text == unknown.text


async def test_a_strangers_article_is_just_words(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    await arrive(anna)
    assert "/help" in (await anna.ask(ARTICLE)).text
    assert not await stored(bot)


async def test_a_paste_cut_into_messages_becomes_one_draft_and_one_preview(
    sandbox: Sandbox, bot: Running, owner: Person
) -> None:
    bot.application.bot_data["previews"] = Previews(1.0)  # both pieces wait already when the first is read
    more = " ".join(f"Convoy number {number} was counted at the eastern gate." for number in range(150))
    card = await submit(sandbox, owner, ARTICLE + more)
    await owner.ask("/drafts")
    (draft,) = await stored(bot, ArticleState.DRAFT)
    assert "Convoy number 149" in draft.revision.text
    assert draft.revision.text.startswith("Council of Tavrin")
    assert [m for m in owner.inbox if m.labels and "Publish" in m.labels] == [card]


async def test_two_articles_in_one_breath_are_both_shown(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await arrive(owner)
    owner.send(ARTICLE)
    owner.send(ARTICLE.replace("Tavrin", "Velmar"))
    await sandbox.until(lambda: len([m for m in owner.inbox if "Publish" in m.labels]) == 2)
    assert len(await stored(bot, ArticleState.DRAFT)) == 2


class CutOff(Previews):
    """Previews of a process that ends before the quiet is over."""

    async def after_quiet(self, editor: int, draft: int, show: Show) -> None:
        """Show nothing."""


async def test_a_draft_whose_preview_was_cut_off_by_a_restart_waits_in_drafts(
    sandbox: Sandbox, start: Start, owner: Person
) -> None:
    async with start() as bot:
        bot.application.bot_data["previews"] = CutOff(0)
        await arrive(owner)
        owner.send(ARTICLE)
        await owner.ask("/drafts")
        assert not any("Publish" in message.labels for message in owner.inbox)
    async with start() as bot:
        before = owner.chat.last_id
        listing = await owner.ask("/drafts")
        await owner.click(listing, "1")
        card = await card_after(sandbox, owner, before)
        await owner.click(card, "Publish")
        assert len(await stored(bot, ArticleState.PUBLISHED)) == 1


async def test_quotes_are_chosen_and_the_preview_follows(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    card = await submit(sandbox, owner)
    preview = card.reply_to
    assert preview is not None
    assert "slept in the cabin" in preview.text or "Nobody told us" in preview.text
    await owner.click(card, "Choose quotes")
    for label in [label for label in card.labels if label.startswith("✓")][1:]:
        await owner.click(card, label)
    ticked = [label for label in card.labels if label.startswith("✓")]
    assert len(ticked) == 1
    await owner.click(card, "Done")
    assert "Nobody told us" not in preview.text
    assert "Publish" in card.labels
    await owner.click(card, "Choose quotes")
    await owner.click(card, "Choose for me")
    await owner.click(card, "Done")
    (draft,) = await stored(bot)
    assert draft.revision.chosen is None
    assert "Nobody told us" in preview.text


async def test_a_discarded_draft_is_gone_and_cannot_be_published(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    card = await submit(sandbox, owner)
    publish = card.button("Publish and send now")["callback_data"]
    await owner.click(card, "Discard")
    assert not card.labels
    late = sandbox.world.add_callback(owner.user, card, publish)
    await sandbox.until(lambda: late.answer is not None)
    assert late.answer
    assert late.answer.get("text")
    assert [article.state for article in await stored(bot)] == [ArticleState.DISCARDED]


async def test_a_card_of_an_earlier_text_publishes_nothing_and_shows_the_present_one(
    sandbox: Sandbox, bot: Running, owner: Person
) -> None:
    more = " ".join(f"Convoy number {number} was counted at the eastern gate." for number in range(70))
    first = (ARTICLE + more)[:4000]
    card = await submit(sandbox, owner, first)
    before = owner.chat.last_id
    owner.send("Lanterns were lit along the whole quay afterwards.")
    await card_after(sandbox, owner, before)
    pressed = await owner.click(card, card.button("Publish and send now")["callback_data"])
    assert pressed.answer
    assert "out of date" in pressed.answer["text"]
    assert [article.state for article in await stored(bot)] == [ArticleState.DRAFT]
    await owner.click(card, "Publish and send now")
    assert [article.state for article in await stored(bot)] == [ArticleState.PUBLISHED]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
async def test_a_text_file_is_an_article(sandbox: Sandbox, bot: Running, owner: Person, encoding: str) -> None:
    await arrive(owner)
    text = ARTICLE.replace("—", "-") + "\nМiст вiдкриють у понедiлок, сказали в радi.".replace("i", "и")
    before = owner.chat.last_id
    owner.send_document("article.txt", text.encode(encoding))
    await card_after(sandbox, owner, before)
    (draft,) = await stored(bot)
    assert "Мист видкриють" in draft.revision.text
    assert draft.revision.text.startswith("Council of Tavrin")


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"%PDF-1.7"), ("a.txt", b"\x00\x98\xff\x00" * 40), ("a.txt", b"x" * 1_000_001)]
)
async def test_a_file_that_cannot_be_read_is_refused_with_a_reason(
    sandbox: Sandbox, bot: Running, owner: Person, name: str, data: bytes
) -> None:
    await arrive(owner)
    sent = owner.send_document(name, data, mime="application/pdf" if name.endswith("pdf") else "text/plain")
    answer = await owner.answer(since=sent.id)
    assert answer.text
    assert "went wrong" not in answer.text
    assert not await stored(bot)


async def test_a_forwarded_post_and_a_caption_are_articles(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await arrive(owner)
    before = owner.chat.last_id
    owner.forward_post(ARTICLE, title="Tavrin Today", username="tavrin_today")
    card = await card_after(sandbox, owner, before)
    owner.send_document("bridge.gif", b"GIF89a", caption=ARTICLE.replace("Tavrin", "Velmar"), mime="image/gif")
    await card_after(sandbox, owner, card.id)
    assert len(await stored(bot, ArticleState.DRAFT)) == 2


async def test_what_is_no_article_is_refused_with_a_reason(bot: Running, owner: Person) -> None:
    await arrive(owner)
    short = await owner.ask("Hello there")
    link = await owner.ask("https://example.org/news/1")
    assert short.text != link.text
    assert not await stored(bot)


async def test_the_same_article_again_is_recognised(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await owner.click(await submit(sandbox, owner), "Publish")
    answer = await owner.ask(ARTICLE)
    assert "Publish" not in answer.labels
    assert len(await stored(bot)) == 1


async def test_lists_and_numbers_are_shown(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await arrive(owner)
    assert (await owner.ask("/drafts")).text
    assert (await owner.ask("/articles")).text
    await owner.click(await submit(sandbox, owner), "Publish")
    assert "bridge" in (await owner.ask("/articles")).text
    assert (await owner.ask("/stats")).text


async def test_long_lists_have_pages(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await arrive(owner)
    for number in range(9):
        await bot.services.publishing.submit(owner.id, f"Report {number}. {ARTICLE}", now=bot.services.clock())
    page: Message = await owner.ask("/drafts")
    first = page.text
    await owner.click(page, "›")
    assert page.text != first
    await owner.click(page, "‹")
    assert page.text == first


async def test_a_new_editor_may_post_and_a_removed_one_no_longer(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(owner)
    await arrive(anna)
    await owner.ask(f"/editors add {anna.id}")
    card = await submit(sandbox, anna)
    listing = await owner.ask("/editors")
    await owner.click(listing, str(anna.id))
    assert str(anna.id) not in listing.text
    pressed = await anna.click(card, "Publish and send now")
    assert pressed.answer
    assert "not available" in pressed.answer["text"]
    assert [article.state for article in await stored(bot)] == [ArticleState.DRAFT]


async def test_an_editor_is_named_by_replying_to_a_forward_of_theirs(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(owner)
    await arrive(anna)
    words = anna.send("I would like to help.")[-1]
    forwarded = owner.forward(words)
    await owner.answer(since=forwarded.id)
    sent = owner.send("/editors add", reply_to=forwarded)[-1]
    await owner.answer(since=sent.id)
    assert await bot.services.access.is_editor(anna.id)
    assert (await owner.ask("/editors add nobody")).text


async def test_an_editor_who_is_no_owner_names_no_editors(bot: Running, owner: Person, anna: Person) -> None:
    await arrive(owner)
    await arrive(anna)
    await owner.ask(f"/editors add {anna.id}")
    unknown = await anna.ask("/nonsense")
    assert (await anna.ask(f"/editors add {anna.id + 1}")).text == unknown.text
    assert not await bot.services.access.is_editor(anna.id + 1)


async def test_words_linked_to_a_post_prove_the_channel(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    lead = "🌉 The river bridge at Tavrin will reopen to trucks on Monday, said the mayor, Ilena Marsova.\n\n"
    text = f"{lead}“Nobody is in danger, the bridge will hold,” Marsova wrote, and the council agreed with her."
    at = len(text[: text.index("wrote")].encode("utf-16-le")) // 2
    council = len(text[: text.index("council")].encode("utf-16-le")) // 2
    await arrive(owner)
    before = owner.chat.last_id
    owner.send(
        text,
        entities=[
            Entity("text_link", at, 5, (("url", "https://t.me/marsova_demo/41?single"),)),
            Entity("text_link", council, 7, (("url", "https://example.org/council"),)),
        ],
    )
    card = await card_after(sandbox, owner, before)
    (draft,) = await stored(bot, ArticleState.DRAFT)
    (mention,) = draft.revision.reading.mentions
    assert draft.revision.text == text
    assert mention.span.of(text) == "wrote"
    assert mention.owner is not None
    assert mention.owner.of(text) == "Ilena Marsova"
    assert (mention.handle, mention.post) == ("marsova_demo", 41)
    assert card.reply_to is not None
    assert "https://t.me/marsova_demo/41" in [dict(entity.extra).get("url") for entity in card.reply_to.entities]


def test_links_of_a_caption_are_read() -> None:
    text = "The bridge at Tavrin was hit twice on Sunday, Ilena Marsova said, and nobody was on it at that hour."
    photo = telegram.Message.de_json(
        {
            "message_id": 1,
            "date": 0,
            "chat": {"id": 1, "type": "private"},
            "caption": text,
            "caption_entities": [
                {"type": "bold", "offset": 4, "length": 6},
                {"type": "text_link", "offset": text.index("said"), "length": 4, "url": "https://t.me/marsova_demo/7"},
            ],
        },
        None,
    )
    assert [(link.span.of(text), link.url) for link in links_of(photo)] == [("said", "https://t.me/marsova_demo/7")]
