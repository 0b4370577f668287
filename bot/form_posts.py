"""POSTs of ready-made forms over kept HTTP/1.1 connections: what a fan-out needs of HTTP, at a fifth of the cost.

A general client spends more on a call than all the rest of a delivery; the calls of a fan-out differ only in
a chat id. TLS is Python's own with its default context, framing is RFC 9112 (length, chunks, or the connection's end).
No redirects, no cookies, no compression, no proxy. Each failure says whether anything may have left this machine.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from urllib.parse import quote, urlsplit

_KEEP = 15.0  # seconds an unused connection is trusted not to be closed by the other side
_MAX_HEAD = 64 * 1024  # bytes
_MAX_ANSWER = 16 * 1024 * 1024  # bytes
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*\bchunked[ \t]*(?=\r\n)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[^\r\n]*\bclose\b", re.IGNORECASE)
_HEX = re.compile(rb"[0-9A-Fa-f]{1,8}")
_NO_BODY = (204, 304)

Answer = tuple[int, bytes]


class Unreached(Exception):
    """Nothing left: no connection, no free slot."""


class Unanswered(Exception):
    """The request was handed to a connection, but no whole answer came back: it may have arrived."""


class FormPosts:
    """Posts forms to one URL over at most `limit` connections.

    Timeouts are seconds, None for no limit: `pool` for a free connection, `connect` to set one up (TLS included),
    `answer` from the request to the end of its answer.
    """

    def __init__(
        self, url: str, *, limit: int, pool: float | None, connect: float | None, answer: float | None, agent: str
    ) -> None:
        where = urlsplit(url)
        secure = where.scheme == "https"
        self._host = where.hostname or ""
        self._port = where.port or (443 if secure else 80)
        self._tls = ssl.create_default_context() if secure else None
        path = quote(where.path, safe="/:%@!$&'()*+,;=~")
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {where.netloc.rpartition('@')[2]}\r\nUser-Agent: {agent}\r\n"
            "Accept: */*\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode("ascii")
        self._pool = pool
        self._connect = connect
        self._answer = answer
        self._slots = asyncio.Semaphore(limit)
        self._idle: list[tuple[float, _Connection]] = []  # when it was last used

    async def post(self, form: bytes) -> Answer:
        """Post a URL-encoded form and return (HTTP status, body). Raises Unreached, Unanswered."""
        if self._slots.locked():
            try:
                async with asyncio.timeout(self._pool):
                    await self._slots.acquire()
            except TimeoutError:
                raise Unreached("no free connection") from None
        else:
            await self._slots.acquire()
        try:
            connection = self._kept() or await self._open()
            try:
                return await connection.exchange(b"%s%d\r\n\r\n%s" % (self._head, len(form), form), self._answer)
            finally:
                if connection.reusable:
                    self._idle.append((asyncio.get_running_loop().time(), connection))
                else:
                    connection.close()
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close the connections that are not in use."""
        for _, connection in self._idle:
            connection.close()
        self._idle.clear()

    def _kept(self) -> _Connection | None:
        """Return the connection used last, unless it is too old or was closed meanwhile."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            used, connection = self._idle.pop()
            if connection.reusable and now - used < _KEEP:
                return connection
            connection.close()
        return None

    async def _open(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect):
                _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            raise Unreached(f"{type(error).__name__}: {error}") from None
        return connection


class _Connection(asyncio.Protocol):
    """One connection, one call at a time. `reusable` after an answer that left it clean and open."""

    def __init__(self) -> None:
        self.reusable = False
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._received = b""

    async def exchange(self, request: bytes, seconds: float | None) -> Answer:
        """Send a request and return its answer. Raises Unreached, Unanswered."""
        loop = asyncio.get_running_loop()
        self.reusable = False
        self._waiting = loop.create_future()
        timer = None if seconds is None else loop.call_later(seconds, self._fail, "no answer in time")
        try:
            if self._transport is None or self._transport.is_closing():
                raise Unreached("the connection was closed")
            self._transport.write(request)
            return await self._waiting
        finally:
            if timer is not None:
                timer.cancel()
            self._waiting = None

    def close(self) -> None:
        """Close without waiting."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport. Called by asyncio, like those that follow."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what create_connection makes
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take a piece of the answer; what nobody asked for makes the connection useless."""
        if self._waiting is None:
            self.close()
            return
        self._received += data
        self._look(ended=False)

    def eof_received(self) -> None:
        """Note that the other side has closed."""
        self._look(ended=True)
        self.reusable = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the call under way, if any."""
        self.reusable = False
        self._transport = None
        self._fail("the connection was closed" if exc is None else type(exc).__name__)

    def _look(self, *, ended: bool) -> None:
        """Hand out the answer if it is whole."""
        try:
            found = parse(self._received, ended=ended)
        except ValueError as error:
            self._fail(str(error))
            return
        if found is not None and self._waiting is not None and not self._waiting.done():
            answer, self._received, keep = found
            self.reusable = keep and not self._received
            self._waiting.set_result(answer)

    def _fail(self, reason: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Unanswered(reason))


def parse(received: bytes, *, ended: bool) -> tuple[Answer, bytes, bool] | None:
    """Find a whole HTTP/1.1 answer at the start of what was `received`; None while there is none.

    `ended`: no more will come. Returns the answer, what follows it, and whether the connection may be used again.
    Raises ValueError for what is no HTTP or too large.
    """
    if len(received) > _MAX_ANSWER:
        raise ValueError("the answer is too long")
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if len(received) > _MAX_HEAD:
            raise ValueError("the answer's head is too long")
        return None
    status = _STATUS.match(received)
    if status is None:
        raise ValueError("not an HTTP/1.1 answer")
    head, rest, code = received[: end + 2], received[end + 4 :], int(status[1])
    if code < 200:  # 1xx comes before the answer itself
        return parse(rest, ended=ended)
    keep = _CLOSE.search(head) is None and received.startswith(b"HTTP/1.1")
    if code in _NO_BODY:
        return (code, b""), rest, keep
    if _CHUNKED.search(head):
        chunks = _unchunked(rest)
        return None if chunks is None else ((code, chunks[0]), chunks[1], keep)
    length = _LENGTH.search(head)
    if length is None:
        return ((code, rest), b"", False) if ended else None
    size = int(length[1])
    return ((code, rest[:size]), rest[size:], keep) if len(rest) >= size else None


def _unchunked(rest: bytes) -> tuple[bytes, bytes] | None:
    """Join a chunked body; returns it and what follows, None while it is not whole. Raises ValueError."""
    body: list[bytes] = []
    at = 0
    while True:
        line = rest.find(b"\r\n", at)
        if line < 0:
            return None
        digits = _HEX.match(rest, at, line)
        if digits is None:
            raise ValueError("not a chunk of an answer")
        size, start = int(digits[0], 16), line + 2
        if size == 0:
            end = rest.find(b"\r\n\r\n", line)  # after the trailers, of which there are mostly none
            return None if end < 0 else (b"".join(body), rest[end + 4 :])
        if len(rest) < start + size + 2:
            return None
        body.append(rest[start : start + size])
        at = start + size + 2
