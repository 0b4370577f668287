"""What editors do about published articles, by commands and buttons."""

from __future__ import annotations

import pytest

from bot import following
from bot.app import Running
from bot.sandbox import Message, Person, Sandbox
from digests.model import ArticleState
from tests.bot.handlers.conftest import Start, arrive, digests, submit

OLD, NEW = "two weeks of repairs", "three weeks of repairs"


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "EVERY", 0.05)


async def published(sandbox: Sandbox, owner: Person, button: str = "Publish and send now") -> None:
    await owner.click(await submit(sandbox, owner), button)


async def card(sandbox: Sandbox, editor: Person, sent: str, heading: str = "Correction of article 1") -> Message:
    """Let an editor send something; returns the card of the correction that comes of it."""
    before = editor.chat.last_id
    editor.send(sent)

    def cards() -> list[Message]:
        return [message for message in editor.inbox if message.id > before and heading in message.text]

    await sandbox.until(cards)
    return cards()[-1]


async def state(bot: Running, article_id: int = 1) -> ArticleState:
    return (await bot.services.publishing.article(article_id)).state


async def test_from_the_list_to_the_corrected_copy_by_buttons_alone(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna, "subscribe")
    await published(sandbox, owner)
    await sandbox.until(lambda: digests(anna))
    listed = await owner.ask("/articles")
    await owner.click(listed, "1")
    await sandbox.until(lambda: "Correct" in listed.labels)
    before = owner.chat.last_id
    await owner.click(listed, "Correct")
    await sandbox.until(lambda: owner.chat.last_id > before)
    assert "Send the whole corrected text" in owner.last.text
    shown = await card(sandbox, owner, f"{OLD} => {NEW}")
    assert shown.reply_to is not None
    assert NEW in shown.reply_to.text
    assert "twothree weeks of repairs" in shown.text  # one struck, the other underlined
    assert "Publish correction" not in shown.labels
    await owner.click(shown, "Corrected: who said it")
    await sandbox.until(lambda: "✓ Corrected: who said it" in shown.labels)
    assert "Corrected: who said it" in shown.reply_to.text
    assert OLD in digests(anna)[0].text
    await owner.click(shown, "Publish correction")
    await sandbox.until(lambda: "1 of 1 copy corrected" in shown.text)
    assert not shown.labels
    (digest,) = digests(anna)
    assert NEW in digest.text
    assert "Corrected: who said it" in digest.text
    assert await state(bot) is ArticleState.CORRECTED


async def test_the_changed_paragraph_or_the_whole_text_may_be_sent(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await published(sandbox, owner, "Publish")
    await owner.ask("/correct 1")
    paragraph = (await bot.services.publishing.article(1)).revision.text.split("\n\n")[1]
    shown = await card(sandbox, owner, paragraph.replace("Monday", "Tuesday"))
    assert "Tuesday" in shown.text
    await owner.click(shown, "Other words")
    whole = (await bot.services.publishing.article(1)).revision.text
    shown = await card(sandbox, owner, whole.replace("nine days", "ten days"))
    assert shown.reply_to is not None
    assert "Monday" in shown.reply_to.text


async def test_words_that_fit_nowhere_are_refused_and_still_waited_for(
    sandbox: Sandbox, bot: Running, owner: Person
) -> None:
    await published(sandbox, owner, "Publish")
    await owner.ask("/correct 1")
    answer = await owner.ask("The harbour master has resigned => stays")
    assert "Nothing in the article is like that" in answer.text
    assert await card(sandbox, owner, f"{OLD} => {NEW}")


async def test_leaving_it_as_it_is_ends_it_and_the_next_text_is_an_article(
    sandbox: Sandbox, bot: Running, owner: Person
) -> None:
    await published(sandbox, owner, "Publish")
    asked = await owner.ask("/correct 1")
    await owner.click(asked, "Leave it as it is")
    await sandbox.until(lambda: "stays as it is" in asked.text)
    answer = await owner.ask("Hello.")
    assert "too few for an article" in answer.text
    assert await state(bot) is ArticleState.PUBLISHED


async def test_a_retraction_asks_for_the_reason_and_is_confirmed(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna, "subscribe")
    await published(sandbox, owner)
    await sandbox.until(lambda: digests(anna))
    asked = await owner.ask("/retract 1")
    assert "Send the reason" in asked.text
    shown = await card(sandbox, owner, "The council denies it.", "Retraction of article 1")
    assert await state(bot) is ArticleState.PUBLISHED
    await owner.click(shown, "Retract now")
    await sandbox.until(lambda: "The council denies it." in digests(anna)[0].text)
    assert await state(bot) is ArticleState.RETRACTED
    listed = await owner.ask("/articles")
    assert "retracted" in listed.text
    await owner.click(listed, "1")
    await sandbox.until(lambda: "Back" in "".join(listed.labels))
    assert "Correct" not in listed.labels


async def test_pressing_publish_twice_says_so(sandbox: Sandbox, bot: Running, owner: Person) -> None:
    await published(sandbox, owner, "Publish")
    shown = await card(sandbox, owner, f"/correct 1 {OLD} => {NEW}")
    await owner.click(shown, "Clarified")
    await sandbox.until(lambda: "Publish correction" in shown.labels)
    data = shown.button("Publish correction")["callback_data"]
    first, second = owner.press(shown, data), owner.press(shown, data)
    await sandbox.until(lambda: first.answer is not None and second.answer is not None)
    assert second.answer
    assert second.answer["text"] == "Already done."


async def test_a_button_of_words_since_replaced_shows_the_new_ones_and_publishes_nothing(
    sandbox: Sandbox, bot: Running, owner: Person
) -> None:
    await published(sandbox, owner, "Publish")
    shown = await card(sandbox, owner, f"/correct 1 {OLD} => {NEW}")
    await owner.click(shown, "Clarified")
    await sandbox.until(lambda: "Publish correction" in shown.labels)
    data = shown.button("Publish correction")["callback_data"]
    await owner.click(shown, "Other words")
    later = await card(sandbox, owner, f"{OLD} => four weeks of repairs")
    press = sandbox.world.add_callback(owner.user, later, data)
    await sandbox.until(lambda: press.answer is not None)
    assert press.answer
    assert "out of date" in press.answer["text"]
    assert await state(bot) is ArticleState.PUBLISHED


async def test_where_an_editor_stood_outlives_a_restart(sandbox: Sandbox, start: Start, owner: Person) -> None:
    async with start():
        await published(sandbox, owner, "Publish")
        await owner.ask("/correct 1")
    async with start():
        shown = await card(sandbox, owner, f"{OLD} => {NEW}")
        await owner.click(shown, "Clarified")
        await sandbox.until(lambda: "Publish correction" in shown.labels)
    async with start() as again:
        await owner.click(shown, "Publish correction")
        await sandbox.until(lambda: "No message of ours shows it" in shown.text)
        assert await state(again) is ArticleState.CORRECTED


@pytest.mark.parametrize("command", ["/correct", "/retract", "/correct one", "/retract 99"])
async def test_an_article_must_be_named(sandbox: Sandbox, bot: Running, owner: Person, command: str) -> None:
    await arrive(owner)
    answer = await owner.ask(command)
    assert "article" in answer.text.lower()


async def test_a_reader_cannot_correct_anything(sandbox: Sandbox, bot: Running, owner: Person, anna: Person) -> None:
    await arrive(anna)
    await published(sandbox, owner, "Publish")
    unknown = await anna.ask("/nonsense")
    answer = await anna.ask("/correct 1 two weeks => a year")
    assert answer.text == unknown.text
    shown = await card(sandbox, owner, f"/correct 1 {OLD} => {NEW}")
    for button in shown.buttons:
        callback = sandbox.world.add_callback(anna.user, anna.last, button["callback_data"])
        await sandbox.until(lambda callback=callback: callback.answer is not None)  # type: ignore[misc]
        assert callback.answer
        assert callback.answer["text"] == "That is not available to you."
    assert await state(bot) is ArticleState.PUBLISHED
