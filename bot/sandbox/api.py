"""The Bot API over HTTP: one ASGI application for /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from bot.sandbox import asking, polling, sending
from bot.sandbox.errors import ApiError, flood
from bot.sandbox.faults import HTML_ERROR, Fault, Faults
from bot.sandbox.limits import Limits
from bot.sandbox.params import Params, read_params
from bot.sandbox.world import World

Json = dict[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Method = Callable[[World, Params], Any]

MAX_BODY = 60 << 20
"""Bytes of a request; more is refused with 413."""
KEPT_CALLS = 100_000
"""Calls remembered for assertions; older ones are forgotten."""

METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, method)
    for name, method in {
        "getMe": asking.get_me,
        "getChat": asking.get_chat,
        "getChatMember": asking.get_chat_member,
        "getChatAdministrators": asking.get_chat_administrators,
        "getChatMemberCount": asking.get_chat_member_count,
        "leaveChat": asking.leave_chat,
        "getFile": asking.get_file,
        "setMyCommands": asking.set_my_commands,
        "getMyCommands": asking.get_my_commands,
        "deleteMyCommands": asking.delete_my_commands,
        "setMyName": asking.set_my_name,
        "getMyName": asking.get_my_name,
        "setMyDescription": asking.set_my_description,
        "getMyDescription": asking.get_my_description,
        "setMyShortDescription": asking.set_my_short_description,
        "getMyShortDescription": asking.get_my_short_description,
        "sendMessage": sending.send_message,
        "sendDocument": sending.send_document,
        "forwardMessage": sending.forward_message,
        "copyMessage": sending.copy_message,
        "editMessageText": sending.edit_message_text,
        "editMessageCaption": sending.edit_message_caption,
        "editMessageReplyMarkup": sending.edit_message_reply_markup,
        "deleteMessage": sending.delete_message,
        "sendChatAction": sending.send_chat_action,
        "answerCallbackQuery": sending.answer_callback_query,
        "getUpdates": polling.get_updates,
        "setWebhook": polling.set_webhook,
        "deleteWebhook": polling.delete_webhook,
        "getWebhookInfo": polling.get_webhook_info,
        "logOut": polling.log_out,
        "close": polling.close,
    }.items()
}
"""Every method the sandbox knows, by lower-case name, with its proper name."""

_LIMITED = {
    "sendMessage", "sendDocument", "forwardMessage", "copyMessage", "editMessageText", "editMessageCaption",
    "editMessageReplyMarkup",
}  # fmt: skip


@dataclass(slots=True)
class Call:
    """One call a bot made: method by its proper name, parameters, time, and how it ended.

    `status` is the HTTP status (0: no answer was given), `outcome` "ok", the error text or the fault's kind,
    `result` what the call did even where the answer got lost.
    """

    method: str
    params: Params
    at: datetime
    status: int = 0
    outcome: str = ""
    result: Any = None


class Api:
    """The ASGI application; `calls` remembers every call, oldest first, in the order they came."""

    def __init__(self, world: World, faults: Faults, limits: Limits, cut: Callable[..., None]) -> None:
        self.world = world
        self.faults = faults
        self.limits = limits
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self.closing = asyncio.Event()
        self._cut = cut  # (scope, reset=…): ends the connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        if path.startswith("/file/bot"):
            await self._file(path, send)
            return
        token, _, name = path.removeprefix("/bot").partition("/")
        try:
            method = self._find(token, name)
            params = read_params(scope["query_string"], _content_type(scope), await _body(receive))
        except ApiError as error:
            await _answer(send, error.code, orjson.dumps(error.body()))
            return
        call = Call(METHODS[name.lower()][0], params, self.world.clock())
        self.calls.append(call)
        self.world.touch()
        fault = self.faults.match(name.lower(), params) if self.faults.rules else None
        if fault is None:
            await self._respond(call, await self._run(method, call), send)
        else:
            await self._strike(fault, method, call, scope, receive, send)
        self.world.touch()

    def _find(self, token: str, name: str) -> Method:
        if token != self.world.token or self.world.logged_out:
            raise ApiError(401, "Unauthorized")
        if name.lower() not in METHODS:
            raise ApiError(404, "Not Found: method not found" if name else "Not Found")
        return METHODS[name.lower()][1]

    async def _run(self, method: Method, call: Call) -> Json:
        """Do the call and note how it ended; return the body of the answer."""
        try:
            if call.method in _LIMITED and call.params.text("chat_id"):
                self.limits.take(call.params.integer("chat_id"), call.at.timestamp())
            result = method(self.world, call.params)
            if asyncio.iscoroutine(result):
                result = await result
        except ApiError as error:
            call.status, call.outcome = error.code, error.description
            return error.body()
        call.status, call.outcome, call.result = 200, "ok", result
        return {"ok": True, "result": result}

    async def _respond(self, call: Call, body: Json, send: Send) -> None:
        headers = []
        if retry_after := body.get("parameters", {}).get("retry_after"):
            headers.append((b"retry-after", str(retry_after).encode()))
        await _answer(send, call.status, orjson.dumps(body), headers)

    async def _strike(
        self, fault: Fault, method: Method, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> None:
        body: Json = {}
        if fault.processed:
            body = await self._run(method, call)
        match fault.kind:
            case "error":
                error = fault.error or ApiError(500, "Internal Server Error")
                call.status, call.outcome = error.code, error.description
                await self._respond(call, error.body(), send)
            case "flood":
                if (left := fault.left(call.at.timestamp())) > 0:
                    error = flood(math.ceil(left))
                    call.status, call.outcome = error.code, error.description
                    await self._respond(call, error.body(), send)
                else:
                    await self._respond(call, body or await self._run(method, call), send)
            case "http":
                call.status, call.outcome = fault.status, "http"
                page = HTML_ERROR.format(f"{fault.status} Bad Gateway")
                await _answer(send, fault.status, page.encode(), kind=b"text/html")
            case "malformed":
                call.status, call.outcome = 200, "malformed"
                await _answer(send, 200, b'{"ok":true,"result":{"message_id":')
            case "truncated":
                call.status, call.outcome = 200, "truncated"
                await _begin(send, 200, 400)
                await send({"type": "http.response.body", "body": b'{"ok":true,"result":{', "more_body": True})
                self._cut(scope, reset=False)
                await self._hang(receive)
            case "delay":
                await self._pause(fault.seconds)
                body = body or await self._run(method, call)
                await self._respond(call, body, send)
            case "hang":
                call.status, call.outcome = 0, "hang"
                await self._hang(receive)
                self._cut(scope)
            case "reset":
                call.status, call.outcome = 0, "reset"
                self._cut(scope)
                await self._hang(receive)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the closing of the sandbox."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), seconds)

    async def _hang(self, receive: Receive) -> None:
        """Wait until the client has gone or the sandbox closes."""

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        waits = {asyncio.ensure_future(gone()), asyncio.ensure_future(self.closing.wait())}
        _, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()

    async def _file(self, path: str, send: Send) -> None:
        token, _, name = path.removeprefix("/file/bot").partition("/")
        file = next((f for f in self.world.files.values() if f.path == name), None)
        if token != self.world.token or file is None:
            await _answer(send, 404, orjson.dumps(ApiError(404, "Not Found").body()))
        else:
            await _answer(send, 200, file.data, kind=b"application/octet-stream")


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.decode("latin-1"))
    return ""


async def _body(receive: Receive) -> bytes:
    event = await receive()
    body: bytes = event.get("body", b"")
    if event.get("more_body"):
        chunks = [body]
        size = len(body)
        while event.get("more_body"):
            event = await receive()
            chunks.append(event.get("body", b""))
            size += len(chunks[-1])
            if size > MAX_BODY:
                raise ApiError(413, "Request Entity Too Large")
        body = b"".join(chunks)
    return body


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    headers: list[tuple[bytes, bytes]] | None = None,
    kind: bytes = b"application/json",
) -> None:
    await _begin(send, status, len(body), headers, kind)
    await send({"type": "http.response.body", "body": body})


async def _begin(
    send: Send,
    status: int,
    length: int,
    headers: list[tuple[bytes, bytes]] | None = None,
    kind: bytes = b"application/json",
) -> None:
    start = [(b"content-type", kind), (b"content-length", str(length).encode()), *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": start})
