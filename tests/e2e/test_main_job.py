"""An editor posts, subscribed chats receive: the main job over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

from bot import demo
from bot.sandbox import Chat, Message, Person, Sandbox
from tests.clocks import Clock
from tests.e2e.conftest import Start, post, subscriber

LEAD = "the largest change on the front since the spring"
CAVEAT = "could not independently verify"


def digests(chat: Chat | Person) -> list[Message]:
    """Return the digests a chat received."""
    history = chat.inbox if isinstance(chat, Person) else chat.history
    return [message for message in history if LEAD in message.text]


async def test_an_article_reaches_a_person_a_group_a_topic_and_a_channel_at_their_time(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock
) -> None:
    anna = sandbox.people.person("Anna", language_code="uk")
    group = sandbox.people.group("Neighbours", owner=anna)
    forum = sandbox.people.supergroup("Desk", owner=anna, forum=True)
    topic = anna.create_topic(forum, "News")
    channel = sandbox.people.channel("Relay", owner=anna)
    async with start():
        username = sandbox.world.bot.username
        anna.start()
        await anna.ask("/subscribe")
        await anna.ask("/schedule 08:00 Europe/Kyiv")
        for chat, thread in ((group, None), (forum, topic)):
            anna.add_bot(chat)
            await anna.ask(f"/subscribe@{username}", chat, topic=thread)
            await anna.ask(f"/schedule@{username} 08:00 Europe/Kyiv", chat, topic=thread)
        anna.add_bot(channel, admin=True)
        for command in ("/subscribe", "/schedule 08:00 Europe/Kyiv"):
            before = len(channel.history)
            anna.post(channel, command)
            await sandbox.until(lambda before=before: len(channel.history) >= before + 2)  # type: ignore[misc]
        editor.start()
        await post(sandbox, editor, demo.sample(), "Publish")
        assert not any(map(digests, (anna, group, forum, channel)))

        clock.forward_to(datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC))  # 08:00 in Kyiv
        await sandbox.until(lambda: all(map(digests, (anna, group, forum, channel))))
        clock.forward_to(datetime(2026, 11, 22, 6, 0, 1, tzinfo=UTC))  # nothing new by then

    for chat in (anna, group, forum, channel):
        (digest,) = digests(chat)
        assert CAVEAT in digest.text
        assert "Ilena Marsova" in digest.text
        assert "Join us on Telegram" not in digest.text
    assert digests(forum)[0].topic == topic.id


async def test_hours_missed_while_the_bot_was_down_are_made_up_once(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock
) -> None:
    async with start():
        anna = await subscriber(sandbox, "06:00 07:00 08:00")
        editor.start()
        await post(sandbox, editor, demo.sample(), "Publish")
    clock.forward_to(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    async with start():
        await sandbox.until(lambda: digests(anna))
        clock.forward_to(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
        await anna.ask("/help")
    assert len(digests(anna)) == 1


async def test_an_article_sent_now_is_not_repeated_at_the_scheduled_time(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock
) -> None:
    async with start():
        anna = await subscriber(sandbox)
        editor.start()
        card = await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: digests(anna))
        clock.forward_to(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
        await anna.ask("/help")
        assert not any(label.endswith("send now") for label in card.labels)
    assert len(digests(anna)) == 1


async def test_a_long_paste_cut_by_the_client_becomes_one_article(
    sandbox: Sandbox, editor: Person, start: Start
) -> None:
    lead = demo.sample().splitlines()[2]
    filler = [
        f"Paragraph {n} of the chronicle tells what the ferry crews carried that day, and to whom." for n in range(120)
    ]
    text = "\n\n".join((lead, *filler, "“The last crate came ashore at dawn,” said Petro Lasko, a crane operator."))
    async with start():
        anna = await subscriber(sandbox)
        editor.start()
        await post(sandbox, editor, text, "send now")
        await sandbox.until(lambda: digests(anna))
    (digest,) = digests(anna)
    assert "The last crate came ashore at dawn" in digest.text
