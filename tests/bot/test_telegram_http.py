"""The transport against real sockets: what arrived, what surely did not, and what nobody can know."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import socket
import ssl
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InputFile, InputMediaDocument
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram_http import Ambiguous, NotSent, TelegramHTTP
from tests.bot.certificates import self_signed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Answer = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OK = b'{"ok":true,"result":true}'


def http(body: bytes = OK, status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Server:
    """A server on a real socket that reads whole requests, keeps them, and answers each as it is told."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.received = asyncio.Event()
        self.connections = self.open = self.most_open = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await self.talk(reader, writer)
        self.open -= 1
        writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length.group(1))) if length else b""
            self.requests.append(head + body)
            self.received.set()
            await self.answer(head + body, reader, writer)

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/bot{TOKEN}/sendMessage"
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()


def always(*pieces: bytes, close: bool = False) -> Answer:
    async def answer(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if close:
            writer.close()

    return answer


async def hang(*_: object) -> None:
    await asyncio.Event().wait()


async def reset(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def failure(transport: TelegramHTTP, url: str, **timeouts: float) -> TelegramError:
    """Post and return the error, having checked that neither it nor its traceback gives the token away."""
    with pytest.raises(TelegramError) as caught:
        await transport.post(url, None, **timeouts)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert TOKEN not in shown
    assert TOKEN.split(":")[1] not in shown
    return caught.value


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ------------------------------------------------------------------------------------- surely not arrived


async def test_a_refused_connection_surely_did_not_arrive() -> None:
    async with TelegramHTTP() as transport:
        error = await failure(transport, f"http://127.0.0.1:{closed_port()}/bot{TOKEN}/sendMessage")
    assert type(error) is NotSent
    assert "127.0.0.1" in str(error)


class PlainServer(Server):
    """Answers a TLS handshake (whatever comes first) with its `greeting`, or with silence."""

    def __init__(self, greeting: bytes = b"") -> None:
        super().__init__(hang)
        self.greeting = greeting

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        assert first[:1] == b"\x16", "no TLS handshake"
        writer.write(self.greeting)
        await reader.read()


@pytest.mark.parametrize("greeting", [http(b"", "400 Bad Request"), b"\0" * 100, b""])
async def test_a_server_that_does_not_speak_tls_surely_did_not_get_it(greeting: bytes) -> None:
    async with PlainServer(greeting).running() as url, TelegramHTTP(pool=0.1, connect=0.1) as transport:
        assert type(await failure(transport, url.replace("http:", "https:"))) is NotSent


async def test_a_certificate_nobody_signed_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    server = Server(always(http()))
    async with server.running(self_signed(tmp_path)) as url, TelegramHTTP() as transport:
        error = await failure(transport, url)
    assert type(error) is NotSent
    assert "certificate verify failed" in str(error)
    assert server.requests == []


async def test_a_call_that_found_no_free_connection_surely_did_not_arrive() -> None:
    server = Server(hang)
    async with server.running() as url, TelegramHTTP(pool_size=1) as transport:
        first = asyncio.create_task(transport.do_request(url, "POST"))
        await server.received.wait()
        assert type(await failure(transport, url, pool_timeout=0.03, connect_timeout=0.03)) is NotSent
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert len(server.requests) == 1


async def test_a_transport_that_is_not_open_sends_nothing_and_can_be_opened_again() -> None:
    server = Server(always(http()))
    transport = TelegramHTTP()
    async with server.running() as url:
        assert type(await failure(transport, url)) is NotSent
        for _ in range(2):
            async with transport:
                await transport.initialize()  # twice is once
                assert await transport.post(url) is True
        assert type(await failure(transport, url)) is NotSent
    assert len(server.requests) == 2


async def test_a_proxy_that_refuses_got_nothing_to_pass_on() -> None:
    proxy = Server(always(http(b"no", "403 Forbidden"), close=True))
    async with proxy.running() as address, TelegramHTTP(proxy=address.split("/bot")[0]) as transport:
        error = await failure(transport, f"https://api.telegram.invalid/bot{TOKEN}/sendMessage")
    assert type(error) is NotSent
    assert len(proxy.requests) == 1
    assert TOKEN.encode() not in proxy.requests[0]


# --------------------------------------------------------------------------------------- nobody can know


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(always(close=True), id="closed before the answer"),
        pytest.param(reset, id="reset before the answer"),
        pytest.param(always(http()[:-10], close=True), id="closed within the body"),
        pytest.param(always(b"HTTP/1.1 200", close=True), id="closed within the head"),
        pytest.param(always(b"\x16\x03\x01 garbage\r\n\r\n", close=True), id="no HTTP at all"),
        pytest.param(always(http(b"<html>welcome to the hotel</html>")), id="a page instead of the Bot API"),
        pytest.param(always(http(b"[]")), id="JSON of another kind"),
        pytest.param(always(http(b"{}")), id="an empty object"),
        pytest.param(always(http(OK, Content_Encoding="gzip")), id="broken compression"),
        pytest.param(hang, id="no answer"),
        pytest.param(always(http()[:-10]), id="an answer that never ends"),
    ],
)
async def test_what_fails_after_it_left_is_ambiguous_and_is_sent_exactly_once(answer: Answer) -> None:
    server = Server(answer)
    async with server.running() as url, TelegramHTTP(read=0.1) as transport:
        error = await failure(transport, url)
    assert type(error) is Ambiguous
    assert isinstance(error, TimedOut)
    assert len(server.requests) == 1


async def test_an_answer_that_drips_is_given_up_after_the_sum_of_all_phases() -> None:
    async def drip(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http(b" " * 10_000)[:-10_000])
        for _ in range(10_000):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.005)

    server = Server(drip)
    async with server.running() as url, TelegramHTTP(pool=0.05, connect=0.05, write=0.05, read=0.05) as transport:
        assert type(await asyncio.wait_for(failure(transport, url), 20)) is Ambiguous
    assert len(server.requests) == 1


async def test_a_kept_connection_closed_after_the_next_request_was_read_gets_no_second_copy() -> None:
    answers = iter([always(http()), always(close=True)])

    async def answer(*call: Any) -> None:
        await next(answers)(*call)

    server = Server(answer)
    async with server.running() as url, TelegramHTTP() as transport:
        assert await transport.post(url) is True
        assert type(await failure(transport, url)) is Ambiguous
    assert (server.connections, len(server.requests)) == (1, 2)


# ------------------------------------------------------------------------------------------------ arrived


async def test_a_connection_is_kept_and_used_again() -> None:
    server = Server(always(http()))
    async with server.running() as url, TelegramHTTP() as transport:
        for _ in range(5):
            assert await transport.post(url) is True
    assert (server.connections, len(server.requests)) == (1, 5)


async def test_a_kept_connection_the_server_closed_while_idle_is_replaced() -> None:
    server = Server(always(http(), close=True))
    async with server.running() as url, TelegramHTTP() as transport:
        for done in range(1, 4):
            assert await transport.post(url) is True
            await asyncio.sleep(0.01)  # the end of the stream reaches the client
            assert (server.connections, len(server.requests)) == (done, done)


async def test_two_hundred_calls_at_once_all_arrive_over_a_bounded_pool() -> None:
    server = Server(always(http()))
    async with server.running() as url, TelegramHTTP(pool_size=50) as transport:
        results = await asyncio.gather(*(transport.post(url) for _ in range(200)))
    assert results == [True] * 200
    assert len(server.requests) == 200
    assert server.most_open <= 50


async def test_a_file_is_downloaded_whole_even_in_pieces() -> None:
    content = bytes(range(256)) * 1000
    whole = http(content)
    server = Server(always(whole[:1000], whole[1000:70_000], whole[70_000:]))
    async with server.running() as url, TelegramHTTP() as transport:
        assert await transport.retrieve(url) == content


async def test_a_redirect_is_not_followed() -> None:
    elsewhere = Server(always(http()))
    async with elsewhere.running() as target:
        server = Server(always(http(b"", "302 Found", Location=target)))
        async with server.running() as url, TelegramHTTP() as transport:
            assert type(await failure(transport, url)) is NetworkError
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("502 Bad Gateway", b"<html><h1>502</h1>/bot" + TOKEN.encode() + b"</html>", NetworkError),
        ("500 Internal Server Error", b'{"ok":false,"error_code":500,"description":"oops"}', NetworkError),
        ("400 Bad Request", b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}', BadRequest),
        ("403 Forbidden", b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked"}', Forbidden),
        (
            "429 Too Many Requests",
            b'{"ok":false,"error_code":429,"description":"Too Many","parameters":{"retry_after":7}}',
            RetryAfter,
        ),
        (
            "400 Bad Request",
            b'{"ok":false,"error_code":400,"description":"up","parameters":{"migrate_to_chat_id":-1001}}',
            ChatMigrated,
        ),
    ],
)
async def test_the_servers_own_errors_keep_their_kinds(status: str, body: bytes, kind: type[TelegramError]) -> None:
    server = Server(always(http(body, status)))
    async with server.running() as url, TelegramHTTP() as transport:
        error = await failure(transport, url)
    assert type(error) is kind


def test_answers_orjson_refuses_are_still_read() -> None:
    read = TelegramHTTP.parse_json_payload
    assert read(b'{"result":"\\ud83d"}') == {"result": "\ud83d"}
    assert read(b'{"result":"\xff"}') == {"result": "\ufffd"}


# ----------------------------------------------------------------------- with python-telegram-bot on top

MESSAGE = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "ok"}


async def test_the_bot_sends_parameters_files_and_long_polls_over_it() -> None:
    async def answer(request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method = request.split(b" ")[1].rsplit(b"/", 1)[1].decode()
        result: object = {"getMe": {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot"}}.get(method)
        result = result or ([] if method == "getUpdates" else [MESSAGE] if method == "sendMediaGroup" else MESSAGE)
        writer.write(http(json.dumps({"ok": True, "result": result}).encode()))

    server = Server(answer)
    async with server.running() as url:
        base = url.split(TOKEN)[0]
        bot = Bot(TOKEN, base, request=TelegramHTTP(), get_updates_request=TelegramHTTP(pool_size=1))
        async with bot:
            await bot.send_message(7, "Привіт & <b>bye</b>", parse_mode="HTML")
            name = 'мої "дані".json'
            await bot.send_document(7, InputFile(b"{}", filename=name))
            await bot.send_document(7, InputFile(io.BytesIO(b"x" * 2_000_000), filename="big", read_file_handle=False))
            await bot.send_media_group(7, [InputMediaDocument(b"one"), InputMediaDocument(b"two")])
            await bot.get_updates(timeout=1)
    _, message, document, big, group, updates = server.requests
    assert b"text=%D0%9F%D1%80%D0%B8%D0%B2%D1%96%D1%82+%26+%3Cb%3Ebye" in message
    assert 'filename="мої \\"дані\\".json"'.encode() in document
    assert b"Content-Type: application/json" in document
    assert b"x" * 2_000_000 in big
    assert group.count(b"Content-Disposition: form-data; name=") == 4
    assert b"timeout=1" in updates
