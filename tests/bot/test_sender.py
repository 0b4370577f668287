"""Every answer of Telegram to a delivery becomes the right outcome, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import telegram.error
from telegram.ext import ExtBot

from bot.limiter import PacedLimiter, RateArgs
from bot.pacer import Pacer
from bot.sandbox import Person, Sandbox
from bot.sender import RULES, OwnerAlarm, TelegramSender, outcome_of
from bot.telegram_http import NotSent, TelegramHTTP
from digests.model import ChatKind, Delivery, Outcome, Place, Priority, Purpose, Verdict

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class PlainPages:
    """Marks and alarms in words that tests can see."""

    def repeat_marked(self, body: str, *, language: str) -> str:
        return f"[repeat {language}] {body}"

    def alarm(self, key: str, params: Mapping[str, object], *, language: str) -> str:
        return f"{key} {dict(params)} {language}"


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else every RetryAfter warns


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as served:
        yield served


@pytest.fixture
def pacer() -> Pacer:
    return Pacer(1000)


@pytest.fixture
async def bot(sandbox: Sandbox, pacer: Pacer) -> AsyncIterator[ExtBot[RateArgs]]:
    request = TelegramHTTP(read=0.5, write=0.5)
    async with ExtBot(
        sandbox.token,
        base_url=sandbox.base_url,
        request=request,
        get_updates_request=TelegramHTTP(pool_size=1),
        rate_limiter=PacedLimiter(pacer, max_retries=0),
    ) as made:
        yield made


@pytest.fixture
def sender(bot: ExtBot[RateArgs], pacer: Pacer) -> TelegramSender:
    return TelegramSender(bot, pacer, PlainPages())


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    anna = sandbox.people.person("Anna")
    anna.start()
    return anna


def delivery(chat_id: int, *, topic: int = 0, html: str = "<b>News</b>", text: str = "News", attempts: int = 0,
             unknowns: int = 0) -> Delivery:  # fmt: skip
    return Delivery(
        id=1, edition_id=1, subscription_id=1, part=1, parts=1, place=Place(chat_id, topic), kind=ChatKind.PRIVATE,
        language="uk", priority=Priority.SCHEDULED, html=html, text=text, attempts=attempts, unknowns=unknowns,
    )  # fmt: skip


async def test_a_delivery_arrives_as_html_without_a_link_preview(sender: TelegramSender, anna: Person) -> None:
    outcome = await sender.send(delivery(anna.id, html='<b>News</b> <a href="https://t.me/somewhere/1">post</a>'))
    assert outcome == Outcome(verdict=Verdict.SENT, message_id=anna.last.id)
    assert anna.last.text == "News post"
    assert anna.last.preview == {"is_disabled": True}


async def test_a_second_sending_is_marked_as_a_possible_repeat(sender: TelegramSender, anna: Person) -> None:
    await sender.send(delivery(anna.id, unknowns=1))
    assert anna.last.text == "[repeat uk] News"


async def test_a_topic_gets_its_digest_and_the_general_topic_is_never_named(
    sandbox: Sandbox, sender: TelegramSender, anna: Person
) -> None:
    forum = sandbox.people.supergroup("Desk", anna, forum=True)
    anna.add_bot(forum)
    topic = anna.create_topic(forum, "Digest")
    for number, thread in ((topic.id, topic.id), (1, None), (0, None)):
        sent = await sender.send(delivery(forum.id, topic=number))
        assert sent.message_id is not None
        assert forum.messages[sent.message_id].topic == thread


REFUSALS = [
    (403, "Forbidden: bot was blocked by the user", Verdict.STOP, "blocked"),
    (403, "Forbidden: user is deactivated", Verdict.STOP, "deactivated"),
    (403, "Forbidden: bot was kicked from the group chat", Verdict.STOP, "kicked"),
    (403, "Forbidden: bot was kicked from the supergroup chat", Verdict.STOP, "kicked"),
    (403, "Forbidden: bot was kicked from the channel chat", Verdict.STOP, "kicked"),
    (403, "Forbidden: bot is not a member of the supergroup chat", Verdict.STOP, "left"),
    (403, "Forbidden: bot is not a member of the channel chat", Verdict.STOP, "left"),
    (403, "Forbidden: the group chat was deleted", Verdict.STOP, "chat_deleted"),
    (403, "Forbidden: bot can't initiate conversation with a user", Verdict.STOP, "never_started"),
    (403, "Forbidden: something new", Verdict.STOP, "forbidden"),
    (400, "Bad Request: TOPIC_CLOSED", Verdict.PAUSE, "topic_closed"),
    (400, "Bad Request: TOPIC_DELETED", Verdict.PAUSE, "topic_deleted"),
    (400, "Bad Request: message thread not found", Verdict.PAUSE, "topic_deleted"),
    (400, "Bad Request: USER_IS_BLOCKED", Verdict.STOP, "blocked"),
    (400, "Bad Request: INPUT_USER_DEACTIVATED", Verdict.STOP, "deactivated"),
    (400, "Bad Request: CHANNEL_PRIVATE", Verdict.STOP, "left"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: CHAT_RESTRICTED", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: not enough rights to send text messages to the chat", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: need administrator rights in the channel chat", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: have no rights to send a message", Verdict.PAUSE, "no_rights"),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", Verdict.RETRY, "upgraded"),
    (400, "Bad Request: chat not found", Verdict.RETRY, "chat_not_found"),
    (400, "Bad Request: private chat not found", Verdict.RETRY, "chat_not_found"),
    (400, "Bad Request: PEER_ID_INVALID", Verdict.RETRY, "chat_not_found"),
    (400, "Bad Request: message is too long", Verdict.REFUSE, "bad_request"),
    (401, "Unauthorized", Verdict.HALT, "token"),
    (404, "Not Found", Verdict.HALT, "token"),
    (409, "Conflict: terminated by other getUpdates request", Verdict.RETRY, "conflict"),
    (429, "Too Many Requests", Verdict.RETRY, "flood"),
    (500, "Internal Server Error", Verdict.UNKNOWN, "network"),
    (502, "Bad Gateway", Verdict.UNKNOWN, "network"),
]


@pytest.mark.parametrize(("code", "text", "verdict", "reason"), REFUSALS)
async def test_a_refusal_is_understood(
    sandbox: Sandbox, sender: TelegramSender, anna: Person, code: int, text: str, verdict: Verdict, reason: str
) -> None:
    sandbox.faults.error(code, text, method="sendMessage")
    outcome = await sender.send(delivery(anna.id))
    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert outcome.message_id is None


@pytest.mark.parametrize("reason", ["chat_not_found", "upgraded"])
def test_patience_ends_after_three_calls(reason: str) -> None:
    rule = next(rule for rule in RULES if rule.reason == reason)
    error = rule.error(rule.pattern.split("|", maxsplit=1)[0])
    verdicts = [outcome_of(error, attempts).verdict for attempts in range(4)]
    assert verdicts == [Verdict.RETRY, Verdict.RETRY, rule.verdict, rule.verdict]


async def test_a_flood_waits_as_long_as_it_asks_and_halts_the_chat(
    sandbox: Sandbox, sender: TelegramSender, pacer: Pacer, anna: Person
) -> None:
    sandbox.faults.flood(40, method="sendMessage", times=1)
    outcome = await sender.send(delivery(anna.id))
    assert (outcome.verdict, outcome.reason, outcome.wait) == (Verdict.RETRY, "flood", 40.0)
    assert 39 < pacer.halted(anna.id) <= 41


async def test_an_upgraded_group_tells_its_new_id(sandbox: Sandbox, sender: TelegramSender, anna: Person) -> None:
    group = sandbox.people.group("Neighbours", anna)
    anna.add_bot(group)
    moved = anna.migrate(group)
    outcome = await sender.send(delivery(group.id))
    assert (outcome.verdict, outcome.new_chat_id) == (Verdict.MIGRATED, moved.id)


async def test_refused_markup_goes_out_as_plain_text_at_once(sender: TelegramSender, anna: Person) -> None:
    outcome = await sender.send(delivery(anna.id, html="<b>News", text="News < yesterday"))
    assert outcome == Outcome(verdict=Verdict.SENT, message_id=anna.last.id, plain=True)
    assert anna.last.text == "News < yesterday"


async def test_refused_markup_to_one_who_blocks_meanwhile_stops(
    sandbox: Sandbox, sender: TelegramSender, anna: Person
) -> None:
    sandbox.faults.error(400, "Bad Request: can't parse entities: no such tag", method="sendMessage", times=1)
    sandbox.faults.error(403, "Forbidden: bot was blocked by the user", method="sendMessage", times=1)
    assert (await sender.send(delivery(anna.id))).verdict is Verdict.STOP


@pytest.mark.parametrize("fault", ["reset", "malformed", "hang"])
async def test_a_lost_answer_leaves_the_outcome_unknown(
    sandbox: Sandbox, sender: TelegramSender, anna: Person, fault: str
) -> None:
    order: Callable[..., object] = getattr(sandbox.faults, fault)
    order(method="sendMessage", processed=True)
    outcome = await sender.send(delivery(anna.id))
    assert (outcome.verdict, outcome.reason) == (Verdict.UNKNOWN, "network")
    assert anna.last.text == "News"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_proxys_error_page_leaves_the_outcome_unknown(
    sandbox: Sandbox, sender: TelegramSender, anna: Person, status: int
) -> None:
    sandbox.faults.http(status, method="sendMessage")
    assert (await sender.send(delivery(anna.id))).verdict is Verdict.UNKNOWN


async def test_what_never_left_is_sent_again(sandbox: Sandbox, sender: TelegramSender, anna: Person) -> None:
    await sandbox.stop()
    outcome = await sender.send(delivery(anna.id))
    assert outcome.verdict in (Verdict.RETRY, Verdict.UNKNOWN)  # a kept-alive connection may die under the request
    outcome = await sender.send(delivery(anna.id))
    assert (outcome.verdict, outcome.reason) == (Verdict.RETRY, "connect")


def test_every_error_of_the_library_has_a_rule() -> None:
    kinds = [kind for kind in vars(telegram.error).values() if isinstance(kind, type)]
    errors = [kind for kind in kinds if issubclass(kind, telegram.error.TelegramError)] + [NotSent]
    for kind in errors:
        assert any(issubclass(kind, rule.error) and not rule.pattern for rule in RULES), kind


def test_no_rule_hides_behind_a_wider_one() -> None:
    for index, rule in enumerate(RULES):
        for wider in RULES[:index]:
            assert not (issubclass(rule.error, wider.error) and not wider.pattern), rule


async def test_a_send_waits_for_the_pacer(sender: TelegramSender, pacer: Pacer, anna: Person) -> None:
    await pacer.flood(anna.id, 3600)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await sender.pace(delivery(anna.id))


async def test_owners_are_told_of_the_same_trouble_once_an_hour(bot: ExtBot[RateArgs], anna: Person) -> None:
    now = NOW
    alarm = OwnerAlarm(bot, [anna.id], PlainPages(), "en", lambda: now)
    await alarm.raise_("markup_refused", edition=7)
    await alarm.raise_("markup_refused", edition=7)
    await alarm.raise_("markup_refused", edition=8)
    assert [message.text for message in anna.inbox] == [f"markup_refused {{'edition': {n}}} en" for n in (7, 8)]
    now += timedelta(hours=1)
    await alarm.raise_("markup_refused", edition=7)
    assert len(anna.inbox) == 3


async def test_an_alarm_that_cannot_be_delivered_harms_nothing(
    sandbox: Sandbox, bot: ExtBot[RateArgs], anna: Person
) -> None:
    anna.block()
    boris = sandbox.people.person("Boris")
    boris.start()
    await OwnerAlarm(bot, [anna.id, boris.id], PlainPages(), "en", lambda: NOW).raise_("halted")
    assert boris.last.text == "halted {} en"


# -- edits -----------------------------------------------------------------------------------------------------------


def edit(chat_id: int, message_id: int, **values: Any) -> Delivery:
    return replace(delivery(chat_id, **values), purpose=Purpose.EDIT, priority=Priority.EDIT, message_id=message_id)


async def test_an_edit_changes_the_message_and_making_it_twice_is_as_good(sender: TelegramSender, anna: Person) -> None:
    sent = await sender.send(delivery(anna.id))
    assert sent.message_id is not None
    for _ in range(2):
        outcome = await sender.send(edit(anna.id, sent.message_id, html="<b>Corrected</b>"))
        assert outcome.verdict is Verdict.SENT
    assert [message.text for message in anna.inbox][-1] == "Corrected"
    assert anna.last.preview == {"is_disabled": True}


async def test_an_edit_of_a_deleted_message_finds_it_gone(
    sandbox: Sandbox, sender: TelegramSender, anna: Person
) -> None:
    sent = await sender.send(delivery(anna.id))
    assert sent.message_id is not None
    sandbox.world.remove(anna.last)
    assert await sender.send(edit(anna.id, sent.message_id)) == Outcome(verdict=Verdict.GONE, reason="gone")


@pytest.mark.parametrize(
    ("code", "text", "verdict", "reason"),
    [
        (400, "Bad Request: message can't be edited", Verdict.GONE, "gone"),
        (400, "Bad Request: MESSAGE_ID_INVALID", Verdict.GONE, "gone"),
        (403, "Forbidden: bot was blocked by the user", Verdict.STOP, "blocked"),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED", Verdict.PAUSE, "no_rights"),
        (500, "Internal Server Error", Verdict.UNKNOWN, "network"),
    ],
)
async def test_every_refusal_of_an_edit_is_told_apart(
    sandbox: Sandbox, sender: TelegramSender, anna: Person, code: int, text: str, verdict: Verdict, reason: str
) -> None:
    sandbox.faults.error(code, text, method="editMessageText")
    outcome = await sender.send(edit(anna.id, 1))
    assert (outcome.verdict, outcome.reason) == (verdict, reason)


async def test_an_edited_message_keeps_its_repeat_mark(sender: TelegramSender, anna: Person) -> None:
    sent = await sender.send(delivery(anna.id, unknowns=1))
    assert sent.message_id is not None
    await sender.send(edit(anna.id, sent.message_id, html="Corrected", unknowns=1))
    assert anna.last.text == "[repeat uk] Corrected"


def test_what_is_said_of_edits_means_nothing_to_a_send() -> None:
    error = telegram.error.BadRequest("Message is not modified")
    assert outcome_of(error).verdict is Verdict.REFUSE
    assert outcome_of(error, editing=True).verdict is Verdict.SENT
