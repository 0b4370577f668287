"""Posting forms over connections of our own: framing, reuse, and what is known when it fails."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.form_posts import FormPosts, Unanswered, Unreached, parse
from tests.bot.certificates import CERTIFICATE, self_signed

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\nTrailer: 1\r\n\r\n"
Answering = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Takes requests and lets `answer` do with the connection what it wants."""

    def __init__(self, answer: Answering) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.url = ""
        self._answer = answer

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                await self._answer(self.requests[-1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    how: bytes | Answering, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Server, FormPosts]]:
    async def always(_request: bytes, writer: asyncio.StreamWriter) -> None:
        assert isinstance(how, bytes)
        writer.write(how)

    server = Server(always if isinstance(how, bytes) else how)
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0, ssl=tls)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot1:T/sendMessage"
    posts = FormPosts(
        server.url, **{"limit": 4, "pool": 5.0, "connect": 5.0, "answer": 5.0, "agent": "test/1"} | options
    )
    try:
        yield server, posts
    finally:
        posts.close()
        listening.close()


async def test_a_form_is_posted_and_its_answer_returned() -> None:
    async with serving(OK) as (server, posts):
        assert await posts.post(b"chat_id=1&text=%D0%B0") == (200, b"hi")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == b"chat_id=1&text=%D0%B0"
    assert head.startswith(b"POST /bot1:T/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in head
    assert b"\r\nUser-Agent: test/1\r\n" in head


async def test_a_connection_serves_one_call_after_another() -> None:
    async with serving(CHUNKED) as (server, posts):
        assert [await posts.post(b"a=1") for _ in range(3)] == [(200, b"hi")] * 3
    assert server.connections == 1


async def test_no_more_connections_are_opened_than_allowed() -> None:
    async def late(_request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.01)
        writer.write(OK)

    async with serving(late) as (server, posts):
        await asyncio.gather(*(posts.post(b"a=1") for _ in range(20)))
    assert server.connections == 4
    assert len(server.requests) == 20


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and what nobody asked for",
    ],
)
async def test_a_connection_that_cannot_be_used_again_is_not(answer: bytes) -> None:
    async with serving(answer) as (server, posts):
        assert [await posts.post(b"a=1") for _ in range(2)] == [(200, b"hi")] * 2
    assert server.connections == 2


async def test_a_connection_closed_while_idle_is_replaced() -> None:
    async def once(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    async with serving(once) as (server, posts):
        for _ in range(3):
            assert await posts.post(b"a=1") == (200, b"hi")
            await asyncio.sleep(0.02)  # for the end of the connection to arrive
    assert server.connections == 3


async def test_an_answer_may_end_with_its_connection() -> None:
    async def close(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>")
        writer.close()

    async with serving(close) as (_, posts):
        assert await posts.post(b"a=1") == (502, b"<html>")


async def test_forms_go_over_tls_to_a_server_that_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / CERTIFICATE))
    long = b"text=" + b"a" * 200_000
    async with serving(CHUNKED, tls) as (server, posts):
        assert [await posts.post(body) for body in (b"a=1", long, b"a=2")] == [(200, b"hi")] * 3
    assert server.connections == 1
    assert server.requests[1].endswith(long)


async def test_a_tls_connection_closed_while_idle_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def once(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / CERTIFICATE))
    async with serving(once, tls) as (server, posts):
        for _ in range(2):
            assert await posts.post(b"a=1") == (200, b"hi")
            await asyncio.sleep(0.05)  # for the end of the connection to arrive
    assert server.connections == 2


async def test_nothing_leaves_for_a_server_whose_certificate_nobody_signed(tmp_path: Path) -> None:
    async with serving(OK, self_signed(tmp_path)) as (server, posts):
        with pytest.raises(Unreached, match="certificate verify failed"):
            await posts.post(b"a=1")
    assert server.requests == []


async def test_without_a_server_nothing_left() -> None:
    async with serving(OK) as (server, _):
        pass
    posts = FormPosts(server.url, limit=1, pool=1, connect=1, answer=1, agent="test/1")
    with pytest.raises(Unreached, match="Connect"):
        await posts.post(b"a=1")


async def test_a_call_that_finds_no_free_connection_in_time_did_not_leave() -> None:
    async def never(_request: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving(never, limit=1, pool=0.02) as (server, posts):
        first = asyncio.create_task(posts.post(b"a=1"))
        await asyncio.sleep(0.01)
        with pytest.raises(Unreached, match="no free connection"):
            await posts.post(b"a=2")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert len(server.requests) == 1


async def drop(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def cut_short(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK[:-1])
    writer.close()


async def nonsense(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-server\r\n\r\n")


async def bad_chunk(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED.replace(b"1;x=y", b"-5"))


async def nothing(_request: bytes, _writer: asyncio.StreamWriter) -> None:
    pass


@pytest.mark.parametrize("fault", [drop, cut_short, nonsense, bad_chunk, nothing])
async def test_a_call_without_a_whole_answer_may_have_arrived_and_is_not_repeated(fault: Answering) -> None:
    async with serving(fault, answer=0.1) as (server, posts):
        with pytest.raises(Unanswered):
            await posts.post(b"a=1")
    assert len(server.requests) == 1


async def test_a_cancelled_call_does_not_leave_its_answer_to_the_next() -> None:
    answers = iter((b"late", b"mine"))

    async def slow(_request: bytes, writer: asyncio.StreamWriter) -> None:
        answer = next(answers)
        await asyncio.sleep(0.03 if answer == b"late" else 0)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + answer)

    async with serving(slow, limit=1) as (_, posts):
        gone = asyncio.create_task(posts.post(b"a=1"))
        await asyncio.sleep(0.01)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert await posts.post(b"a=2") == (200, b"mine")


@given(st.data(), st.binary(max_size=200), st.booleans(), st.integers(200, 599))
def test_an_answer_is_found_however_it_is_cut(data: st.DataObject, body: bytes, chunked: bool, status: int) -> None:
    if status in (204, 304):
        body = b""
    if not chunked or status in (204, 304):
        whole = b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)
    else:
        at = data.draw(st.integers(0, len(body)))
        pieces = [piece for piece in (body[:at], body[at:]) if piece]
        framed = b"".join(b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        whole = b"HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n" % (status, framed)
    whole = b"HTTP/1.1 100 Continue\r\n\r\n" + whole
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert parse(whole[:cut], ended=False) is None
    assert parse(whole + b"HTTP", ended=False) == ((status, body), b"HTTP", True)
