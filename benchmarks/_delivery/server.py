"""A minimal, fast Bot API in a process of its own: it must never be what is measured.

It answers `sendMessage` as Telegram does, with the whole message; it can be slow by a fixed time, hold callers to the
limits (sliding windows of a second, the strictest reading of "30 messages per second"), or order a halt for everyone.
`GET /counts` tells what it saw.
"""

from __future__ import annotations

import asyncio
import json
import math
import multiprocessing
import re
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from _delivery.measure import pin

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_CHAT = re.compile(rb"chat_id\W{1,12}?(-?\d+)")  # form, multipart or JSON
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ENTITIES = 24  # about what a digest has


class Rules(NamedTuple):
    """How the server behaves. `latency` and `retry_after` in seconds, `rate` in messages a second.

    After `halt_after` messages everyone is told to wait `retry_after`; calls that arrive within `grace` of the first
    such answer were on their way and are not counted as early.
    """

    latency: float = 0.0
    rate: int | None = None
    halt_after: int | None = None
    retry_after: int = 5
    grace: float = 0.1
    text: str = "digest"


class _Server:
    """What all connections share."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        sender = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        self.me = _response({"ok": True, "result": sender})
        entities = [{"offset": 10 * n, "length": 8, "type": "bold"} for n in range(_ENTITIES)]
        message = {"message_id": 0, "from": sender, "chat": {"id": 0, "first_name": "A", "type": "private"}}
        message |= {"date": 1_700_000_000, "text": rules.text, "entities": entities}
        # ids have ten digits, so that the length is always the same
        whole = json.dumps({"ok": True, "result": message}).encode().replace(b"%", b"%%")
        whole = whole.replace(b'"message_id": 0', b'"message_id": %010d').replace(
            b'"chat": {"id": 0', b'"chat": {"id": %010d'
        )
        self._sent = _headers(200, len(whole % (10**9, 10**9))) + whole
        self._recent: deque[float] = deque()
        self._halted_at = self._halted_until = math.inf
        self.messages = self.floods = self.early = self.calls = 0
        self.first = self.last = 0.0

    def answer(self, request: bytes, body: bytes) -> bytes:
        """Return the answer to one request."""
        if b"/sendMessage" in request or b"/sendmessage" in request:
            return self._send_message(body)
        if request.startswith(b"GET /counts"):
            seen = {name: getattr(self, name) for name in ("messages", "floods", "early", "calls", "first", "last")}
            return _response(seen)
        return self.me

    def _send_message(self, body: bytes) -> bytes:
        now = time.monotonic()
        self.calls += 1
        if wait := self._refusal(now):
            self.floods += 1
            return _response(
                {
                    "ok": False,
                    "error_code": 429,
                    "description": f"Too Many Requests: retry after {wait}",
                    "parameters": {"retry_after": wait},
                },
                status=429,
            )
        chat = _CHAT.search(body)
        self.messages += 1
        self.first = self.first or now
        self.last = now
        return self._sent % (10**9 + self.messages, abs(int(chat[1])) if chat else 0)

    def _refusal(self, now: float) -> int:
        """Return how many seconds the caller has to wait; 0 if it may send."""
        rules = self.rules
        if rules.halt_after is not None:
            if self.messages >= rules.halt_after and self._halted_at == math.inf:
                self._halted_at, self._halted_until = now, now + rules.retry_after
            if self._halted_at <= now < self._halted_until:
                self.early += now > self._halted_at + rules.grace
                return max(1, math.ceil(self._halted_until - now))
        if rules.rate is not None:
            while self._recent and self._recent[0] <= now - 1.0:
                self._recent.popleft()
            if len(self._recent) >= rules.rate:
                return 1
            self._recent.append(now)
        return 0


class _Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._write(self._server.answer(head, body))

    def _write(self, answer: bytes) -> None:
        assert self._transport is not None
        if latency := self._server.rules.latency:
            asyncio.get_running_loop().call_later(latency, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _headers(status: int, length: int) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    return (head + "Connection: keep-alive\r\nStrict-Transport-Security: max-age=31536000\r\n\r\n").encode()


def _response(content: object, status: int = 200) -> bytes:
    body = json.dumps(content).encode()
    return _headers(status, len(body)) + body


def _serve(rules: Rules, ready: Connection) -> None:
    async def serve() -> None:
        state = _Server(rules)
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(state), "127.0.0.1", 0, backlog=1024
        )
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    pin(1)
    asyncio.run(serve())


@contextmanager
def bot_api(rules: Rules) -> Iterator[str]:
    """Run the server in another process while the block runs; yields its address."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(rules, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


class Counts(NamedTuple):
    """What the server saw: messages taken, 429s, of them early ones, calls, and when the first and last were taken."""

    messages: int
    floods: int
    early: int
    calls: int
    first: float
    last: float


def counts(url: str) -> Counts:
    """Ask a server made by `bot_api` what it saw."""
    with urllib.request.urlopen(f"{url}/counts") as answer:  # noqa: S310  # our own
        return Counts(**json.load(answer))
