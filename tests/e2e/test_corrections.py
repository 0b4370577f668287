"""A correction reaches every copy already delivered, whatever happens meanwhile: over real HTTP to the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import demo, following
from bot.sandbox import Chat, Message, Person, Sandbox
from tests.clocks import Clock
from tests.e2e.conftest import Start, post
from tests.e2e.test_restart import process

OLD = "the largest change on the front since the spring"
NEW = "the second largest change on the front since the spring"
NEWER = "one of the changes on the front since the spring"


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "EVERY", 0.1)
    monkeypatch.setattr("bot.pacer.CHAT_INTERVAL", 0.0)


def history(chat: Chat | Person) -> list[Message]:
    return chat.inbox if isinstance(chat, Person) else chat.history


def copies(chat: Chat | Person) -> list[Message]:
    """Return the digests a chat has, in whatever version."""
    return [message for message in history(chat) if "change" in message.text and "on the front since" in message.text]


def texts(chat: Chat | Person) -> list[str]:
    return [message.text for message in copies(chat)]


async def last_with(sandbox: Sandbox, person: Person, words: str) -> Message:
    """Wait for a message (or an edit of one) with those words; returns the newest."""

    def found() -> list[Message]:
        return [message for message in person.inbox if words in message.text]

    await sandbox.until(found)
    return found()[-1]


async def correct(sandbox: Sandbox, editor: Person, words: str, kind: str = "a fact") -> Message:
    """Correct article 1 and publish it; returns the card, which becomes the report."""
    before = editor.chat.last_id
    editor.send(f"/correct 1 {words}")
    await sandbox.until(lambda: any(m.id > before and m.labels and "Correction of" in m.text for m in editor.inbox))
    card = next(m for m in editor.inbox if m.id > before and m.labels and "Correction of" in m.text)
    await editor.click(card, f"Corrected: {kind}")
    await sandbox.until(lambda: any("Publish correction" in label for label in card.labels))
    await editor.click(card, "Publish correction")
    await sandbox.until(lambda: "is corrected" in card.text)
    return card


@pytest.fixture
def everyone(sandbox: Sandbox) -> dict[str, Person | Chat]:
    anna = sandbox.people.person("Anna", language_code="en")
    group = sandbox.people.group("Neighbours", owner=anna)
    forum = sandbox.people.supergroup("Desk", owner=anna, forum=True)
    channel = sandbox.people.channel("Relay", owner=anna)
    return {"anna": anna, "group": group, "forum": forum, "channel": channel}


async def subscribe_all(sandbox: Sandbox, everyone: dict[str, Person | Chat]) -> None:
    anna = everyone["anna"]
    assert isinstance(anna, Person)
    username = sandbox.world.bot.username
    anna.start()
    await anna.ask("/subscribe")
    for name in ("group", "forum"):
        chat = everyone[name]
        assert isinstance(chat, Chat)
        anna.add_bot(chat)
        topic = anna.create_topic(chat, "News") if name == "forum" else None
        await anna.ask(f"/subscribe@{username}", chat, topic=topic)
    channel = everyone["channel"]
    assert isinstance(channel, Chat)
    anna.add_bot(channel, admin=True)
    before = len(channel.history)
    anna.post(channel, "/subscribe")
    await sandbox.until(lambda: len(channel.history) >= before + 2)


async def test_a_correction_edits_every_copy_in_private_groups_topics_and_channels(
    sandbox: Sandbox, editor: Person, start: Start, everyone: dict[str, Person | Chat]
) -> None:
    async with start():
        await subscribe_all(sandbox, everyone)
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: all(map(copies, everyone.values())))
        report = await correct(sandbox, editor, f"{OLD} => {NEW}")
        await sandbox.until(lambda: "4 of 4 copies corrected" in report.text and "Going on" not in report.text)
    for chat in everyone.values():
        (copy,) = copies(chat)
        assert NEW in copy.text
        assert "Corrected: a fact" in copy.text
        assert copy.edited
        assert "could not independently verify" in copy.text
        assert any(entity.type == "date_time" for entity in copy.entities)


async def test_a_retraction_strikes_the_article_and_says_why(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock
) -> None:
    anna = sandbox.people.person("Anna", language_code="en")
    async with start():
        anna.start()
        await anna.ask("/subscribe")
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: copies(anna))
        await editor.ask("/retract 1 The report was forged.")
        card = await last_with(sandbox, editor, "Retraction of article 1")
        await editor.click(card, "Retract now")
        await sandbox.until(lambda: "1 of 1 copy corrected" in card.text)
        (copy,) = copies(anna)
        assert "The report was forged." in copy.text
        struck = [entity for entity in copy.entities if entity.type == "strikethrough"]
        assert len(struck) == 2
        assert "Ilena Marsova wrote" not in copy.text
        await anna.ask("/latest")
        assert len(copies(anna)) == 1


async def test_a_blocked_chat_is_counted_and_a_deleted_message_is_made_up_for(
    sandbox: Sandbox, editor: Person, start: Start
) -> None:
    anna, boris, vira = (sandbox.people.person(name, language_code="en") for name in ("Anna", "Boris", "Vira"))
    async with start():
        for person in (anna, boris, vira):
            person.start()
            await person.ask("/subscribe")
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: all(map(copies, (anna, boris, vira))))
        sandbox.faults.error(403, "Forbidden: bot was blocked by the user", method="editMessageText", chat=boris)
        sandbox.world.remove(copies(vira)[0])
        report = await correct(sandbox, editor, f"{OLD} => {NEW}")
        await sandbox.until(lambda: "Going on" not in report.text and "unreachable" in report.text)
        assert "1 of 3 copies corrected, 2 unreachable" in report.text
        assert "1 of these chats was told" in report.text
        assert NEW in texts(anna)[0]
        assert NEW in texts(vira)[-1]
        assert "can no longer be changed" in texts(vira)[-1]

        report = await correct(sandbox, editor, f"{NEW} => {NEWER}", kind="a typing error")
        await sandbox.until(lambda: "Going on" not in report.text and "unreachable" in report.text)
        notices = [text for text in texts(vira) if "can no longer be changed" in text]
        assert len(notices) == 1  # the short message is itself corrected
        assert NEWER in notices[0]


async def test_two_corrections_in_a_row_end_at_the_last_one(sandbox: Sandbox, editor: Person, start: Start) -> None:
    people = [sandbox.people.person(f"Reader {number}", language_code="en") for number in range(12)]
    async with start():
        for person in people:
            person.start()
            await person.ask("/subscribe")
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: all(map(copies, people)))
        sandbox.faults.delay(0.3, method="editMessageText", times=4)
        first = await correct(sandbox, editor, f"{OLD} => {NEW}")
        second = await correct(sandbox, editor, f"{NEW} => {NEWER}")
        await sandbox.until(lambda: all("12 of 12" in card.text for card in (first, second)))
    assert all(NEWER in text and "second largest" not in text for person in people for text in texts(person))


async def test_a_correction_during_a_fan_out_leaves_no_chat_with_the_old_text(
    sandbox: Sandbox, editor: Person, start: Start
) -> None:
    people = [sandbox.people.person(f"Reader {number}", language_code="en") for number in range(60)]
    async with start():
        for person in people:
            person.start()
            person.send("/subscribe")
        await sandbox.until(lambda: all(len(person.inbox) >= 2 for person in people))
        editor.start()
        sandbox.faults.delay(0.4, method="sendMessage", chat=people[3], processed=True)
        sandbox.faults.delay(0.15, method="sendMessage")
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: sum(bool(copies(person)) for person in people) >= 5)
        report = await correct(sandbox, editor, f"{OLD} => {NEW}")
        await sandbox.until(lambda: all(copies(person) for person in people), seconds=30)
        await sandbox.until(lambda: all(NEW in text for person in people for text in texts(person)), seconds=30)
        await sandbox.until(lambda: "Going on" not in report.text and "being sent" not in report.text, seconds=30)
    assert all(len(copies(person)) == 1 for person in people)


async def test_what_a_subscriber_asked_for_is_corrected_too(sandbox: Sandbox, editor: Person, start: Start) -> None:
    anna = sandbox.people.person("Anna", language_code="en")
    async with start():
        anna.start()
        await anna.ask("/subscribe")
        editor.start()
        await post(sandbox, editor, demo.sample(), "Publish")
        for command in ("/digest", "/latest", "/latest"):
            before = len(copies(anna))
            anna.send(command)
            await sandbox.until(lambda before=before: len(copies(anna)) == before + 1)
        report = await correct(sandbox, editor, f"{OLD} => {NEW}")
        await sandbox.until(lambda: "3 of 3 copies corrected" in report.text)
    assert all(NEW in text for text in texts(anna))


async def test_later_digests_and_latest_show_the_corrected_text(sandbox: Sandbox, editor: Person, start: Start) -> None:
    anna = sandbox.people.person("Anna", language_code="en")
    async with start():
        editor.start()
        await post(sandbox, editor, demo.sample(), "Publish")
        report = await correct(sandbox, editor, f"{OLD} => {NEW}")
        await sandbox.until(lambda: "No message of ours shows it" in report.text)
        anna.start()
        await anna.ask("/latest")
    (copy,) = copies(anna)
    assert NEW in copy.text
    assert "Corrected: a fact" in copy.text


async def test_killed_in_the_middle_of_the_edits_everybody_still_ends_with_the_last_text(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:  # with the real clock: the bot runs in a process of its own
        editor = sandbox.people.person("Mira", language_code="en")
        people = [sandbox.people.person(f"Reader {number}", language_code="en") for number in range(80)]
        async with process(sandbox, editor, tmp_path) as bot:
            for person in people:
                person.start()
                person.send("/subscribe")
            await sandbox.until(lambda: all(len(person.inbox) >= 2 for person in people), seconds=60)
            editor.start()
            await post(sandbox, editor, demo.sample(), "send now")
            await sandbox.until(lambda: all(map(copies, people)), seconds=60)
            sandbox.faults.delay(0.1, method="editMessageText")
            report = await correct(sandbox, editor, f"{OLD} => {NEW}")
            await sandbox.until(lambda: sum(NEW in texts(person)[0] for person in people) >= 20, seconds=30)
            bot.kill()
            await bot.wait()
        assert any(NEW not in texts(person)[0] for person in people)
        sandbox.faults.clear()
        async with process(sandbox, editor, tmp_path):
            await sandbox.until(lambda: all(NEW in texts(person)[0] for person in people), seconds=60)
            await sandbox.until(lambda: "80 of 80 copies corrected" in report.text, seconds=30)
    assert all(len(copies(person)) == 1 for person in people)
