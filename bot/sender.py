"""One delivery in, one outcome out: the call to Telegram, and what its answer means for the ledger.

What an answer means is data: `RULES`. The texts are those of Telegram's servers and of tdlib/telegram-bot-api
(``Client.cpp``); python-telegram-bot capitalises the first letter and lowers the rest of what follows
"Bad Request: ", so patterns ignore case. The owners' alarm lives here, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast
from urllib.parse import urlencode

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot

from bot import keyboards
from bot.limiter import RateArgs, retry_seconds
from bot.pacer import Pacer
from bot.pacer import Priority as Turn
from bot.reach import Reach
from bot.telegram_http import Ambiguous, EncodedForm, NotSent
from digests.model import Delivery, Outcome, Priority, Purpose, Verdict

if TYPE_CHECKING:
    from telegram.request import RequestData

log = structlog.get_logger(__name__)

ALARM_EVERY = timedelta(hours=1)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TURNS = {
    Priority.ASKED: Turn.ANSWER,
    Priority.URGENT: Turn.URGENT,
    Priority.SCHEDULED: Turn.SCHEDULED,
    Priority.EDIT: Turn.EDIT,
}
_GENERAL_TOPIC = 1  # Telegram refuses its id: messages without one go there


class Rule(NamedTuple):
    """If the error is an `error` whose text has `pattern`: `verdict` for `reason`.

    With `patience`, so many calls end in RETRY after `wait` seconds before the verdict is believed. A RETRY whose
    `wait` is 0 leaves the waiting, and the giving up, to the ledger's retry policy.
    """

    error: type[TelegramError]
    pattern: str
    verdict: Verdict
    reason: str
    patience: int = 0
    wait: float = 0.0


#: The first rule that fits decides. BadRequest and NotSent come before NetworkError, which they are subclasses of.
RULES: tuple[Rule, ...] = (
    # 403: the chat is closed to us
    Rule(Forbidden, "blocked by the user", Verdict.STOP, "blocked"),
    Rule(Forbidden, "user is deactivated", Verdict.STOP, "deactivated"),
    Rule(Forbidden, "bot was kicked", Verdict.STOP, "kicked"),
    Rule(Forbidden, "not a member", Verdict.STOP, "left"),
    Rule(Forbidden, "chat was deleted", Verdict.STOP, "chat_deleted"),
    Rule(Forbidden, "can't initiate conversation", Verdict.STOP, "never_started"),
    Rule(Forbidden, "", Verdict.STOP, "forbidden"),
    # 400 that is about rights: the server's own 403s arrive in capitals as 400
    Rule(BadRequest, "topic_closed", Verdict.PAUSE, "topic_closed"),
    Rule(BadRequest, "topic_deleted|topic_id_invalid|message thread not found", Verdict.PAUSE, "topic_deleted"),
    Rule(BadRequest, "user_is_blocked", Verdict.STOP, "blocked"),
    Rule(BadRequest, "input_user_deactivated|user is deactivated", Verdict.STOP, "deactivated"),
    Rule(BadRequest, "channel_private", Verdict.STOP, "left"),
    Rule(
        BadRequest,
        r"chat_write_forbidden|chat_restricted|chat_(send_\w+|guest_send)_forbidden|chat_admin_required"
        r"|user_restricted|need administrator rights|(not enough|no) rights",
        Verdict.PAUSE,
        "no_rights",
    ),
    # 400 that may be passing: an upgrade under way, a server that has not heard of the chat yet
    Rule(BadRequest, "upgraded to a supergroup", Verdict.PAUSE, "upgraded", patience=2, wait=60),
    Rule(BadRequest, "chat not found|peer_id_invalid|chat_id_invalid", Verdict.STOP, "chat_not_found", 2, 600),
    Rule(BadRequest, "", Verdict.REFUSE, "bad_request"),  # a fault of ours: the same message would be refused again
    Rule(InvalidToken, "", Verdict.HALT, "token"),
    Rule(Conflict, "", Verdict.RETRY, "conflict", wait=30),
    # the network: surely not sent, or who knows
    Rule(NotSent, "", Verdict.RETRY, "connect"),
    Rule(NetworkError, "too many requests", Verdict.RETRY, "flood", wait=30),  # a 429 that names no time
    Rule(NetworkError, "", Verdict.UNKNOWN, "network"),
    Rule(TelegramError, "", Verdict.UNKNOWN, "answer"),
)

#: What is said of edits alone, before `RULES`.
EDIT_RULES: tuple[Rule, ...] = (
    Rule(BadRequest, "message is not modified", Verdict.SENT, ""),
    Rule(BadRequest, "message to edit not found|message can't be edited|message_id_invalid", Verdict.GONE, "gone"),
)

_PARSE_ERROR = re.compile("can't parse entities", re.IGNORECASE)


def outcome_of(error: TelegramError, attempts: int = 0, *, editing: bool = False) -> Outcome:
    """Translate an error of a send or an edit into its outcome; `attempts` are earlier calls that did not arrive."""
    if isinstance(error, RetryAfter):
        return Outcome(verdict=Verdict.RETRY, reason="flood", wait=retry_seconds(error))
    if isinstance(error, ChatMigrated):
        return Outcome(verdict=Verdict.MIGRATED, reason="upgraded", new_chat_id=error.new_chat_id)
    rules = (*EDIT_RULES, *RULES) if editing else RULES
    rule = next(r for r in rules if isinstance(error, r.error) and re.search(r.pattern, error.message, re.IGNORECASE))
    verdict = Verdict.RETRY if attempts < rule.patience else rule.verdict
    return Outcome(verdict=verdict, reason=rule.reason, wait=rule.wait if verdict is Verdict.RETRY else 0.0)


class Repeats(Protocol):
    """Marks a message that may be a repeat (`bot.pages.Pages`)."""

    def repeat_marked(self, body: str, *, language: str) -> str:
        """Put the "possible repeat" line above HTML or plain text."""


class TelegramSender:
    """`digests.ports.Sender` over the Bot API."""

    def __init__(self, bot: ExtBot[RateArgs], pacer: Pacer, pages: Repeats) -> None:
        self._bot = bot
        self._pacer = pacer
        self._pages = pages
        self._reach = Reach()

    async def pace(self, delivery: Delivery) -> None:
        """Wait until the call for this delivery may leave, and has somewhere to go."""
        if self._reach.away:
            await self._reach.wait()
        await self._pacer.acquire(delivery.place.chat_id, _TURNS[delivery.priority])

    async def answers(self) -> bool:
        """Tell whether Telegram answers at all now, by a call that does nothing."""
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    async def send(self, delivery: Delivery) -> Outcome:
        """Make the call (paced already). Markup that Telegram refuses goes out as plain text at once."""
        try:
            return await self._attempt(delivery, delivery.html, ParseMode.HTML)
        except BadRequest:  # only for the markup: see `_attempt`
            await self.pace(delivery)
            return replace(await self._attempt(delivery, delivery.text, None), plain=True)

    async def _attempt(self, delivery: Delivery, body: str, parse_mode: ParseMode | None) -> Outcome:
        """Call once and translate the answer. Raises BadRequest if it is the markup that was refused."""
        if wait := await self._pacer.depart(delivery.place.chat_id):
            return Outcome(verdict=Verdict.RETRY, reason="flood", wait=wait)
        try:
            message_id = await self._call(delivery, body, parse_mode)
        except TelegramError as error:
            if isinstance(error, NotSent):
                self._reach.lost()
            else:
                self._reach.found()
            if parse_mode and isinstance(error, BadRequest) and _PARSE_ERROR.search(error.message):
                raise
            if isinstance(error, RetryAfter):
                await self._pacer.flood(delivery.place.chat_id, retry_seconds(error))
            return outcome_of(error, delivery.attempts, editing=delivery.purpose is Purpose.EDIT)
        self._reach.found()
        return Outcome(verdict=Verdict.SENT, message_id=message_id)

    async def _call(self, delivery: Delivery, body: str, parse_mode: ParseMode | None) -> int:
        if delivery.unknowns:
            body = self._pages.repeat_marked(body, language=delivery.language)
        chat_id, topic = delivery.place
        if delivery.purpose is Purpose.EDIT and delivery.message_id is not None:
            form = EncodedForm(
                f"chat_id={chat_id}&message_id={delivery.message_id}&{_encoded(body, parse_mode)}".encode("ascii")
            )
            await self._bot.request.post(f"{self._bot.base_url}/editMessageText", cast("RequestData", form))
            return delivery.message_id
        thread = f"&message_thread_id={topic}" if topic > _GENERAL_TOPIC else ""
        form = EncodedForm(f"chat_id={chat_id}{thread}&{_encoded(body, parse_mode)}".encode("ascii"))
        return _message_id(await self._bot.request.post(f"{self._bot.base_url}/sendMessage", cast("RequestData", form)))


@lru_cache(maxsize=64)  # a fan-out sends few texts to many chats
def _encoded(body: str, parse_mode: ParseMode | None) -> str:
    """Return sendMessage's form but for where the message goes."""
    fields = {"text": body, "link_preview_options": _NO_PREVIEW.to_json()}
    return urlencode(fields | ({"parse_mode": parse_mode} if parse_mode else {}))


def _message_id(message: object) -> int:
    """Return the id of the message sent; all else of it is of no use here. Raises Ambiguous if there is none."""
    number = message.get("message_id") if isinstance(message, dict) else None
    if not isinstance(number, int):
        raise Ambiguous("the server's answer cannot be read")
    return number


class Alarms(Protocol):
    """Renders alarms (`bot.pages.Pages`)."""

    def alarm(self, key: str, params: Mapping[str, object], *, language: str) -> str:
        """Return the alarm as HTML."""


class OwnerAlarm:
    """`digests.ports.Alarm`: a log line always, a message to every owner at most once an hour for the same thing."""

    def __init__(
        self,
        bot: ExtBot[RateArgs],
        owners: Collection[int],
        pages: Alarms,
        language: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._owners = sorted(owners)
        self._pages = pages
        self._language = language
        self._clock = clock
        self._told: dict[tuple[str, str], datetime] = {}

    async def raise_(self, key: str, **params: object) -> None:
        """Tell the owners about `key`. Never raises: an alarm must not add to the trouble."""
        log.error("alarm", key=key, params=params)
        now = self._clock()
        self._told = {what: at for what, at in self._told.items() if now - at < ALARM_EVERY}
        what = (key, repr(sorted(params.items())))
        if what in self._told:
            return
        self._told[what] = now
        heard = [await self._tell(owner, key, params) for owner in self._owners]
        if not any(heard):
            self._told.pop(what, None)  # nobody knows: whoever raises it again is to be heard

    async def _tell(self, owner: int, key: str, params: Mapping[str, object]) -> bool:
        try:
            await self._bot.send_message(
                owner,
                self._pages.alarm(key, params, language=self._language),
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboards.alarm(key, language=self._language),
            )
        except TelegramError as error:
            log.warning("alarm.not_delivered", key=key, error=type(error).__name__)
            return False
        return True
