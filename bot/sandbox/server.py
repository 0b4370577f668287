"""Running the sandbox: a Bot API server and its chat page on 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.sandbox.actors import WAIT_SECONDS, People, Person, wait
from bot.sandbox.api import Api, Call, Receive, Scope, Send
from bot.sandbox.chats import Chat
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.page import page_app
from bot.sandbox.world import TOKEN, World

HOST = "127.0.0.1"
STOP_SECONDS = 2.0
"""How long requests under way may take to end when the sandbox stops."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Sandbox:
    """A local Telegram: `async with Sandbox() as sandbox: ...`.

    `port` 0 takes a free one. `clock` gives aware UTC datetimes. `limits` are off unless given. `privacy` is the bot's
    privacy mode in groups. No signal handlers are installed and nothing is logged.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits | None = None,
        token: str = TOKEN,
        username: str = "sandbox_digest_bot",
        privacy: bool = True,
    ) -> None:
        self.world = World(clock, token=token, username=username, privacy=privacy)
        self.people = People(self.world)
        self.faults = Faults()
        self.limits = limits or Limits()
        self.api = Api(self.world, self.faults, self.limits, self._cut)
        self.port = port
        self._page = page_app(self.world, self.people, self.api.closing)
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url` (the token is put behind it)."""
        return f"http://{HOST}:{self.port}/bot"

    @property
    def file_url(self) -> str:
        """What python-telegram-bot takes as `base_file_url`."""
        return f"http://{HOST}:{self.port}/file/bot"

    @property
    def page_url(self) -> str:
        """The chat page."""
        return f"http://{HOST}:{self.port}/"

    def calls(self, method: str = "", chat: Chat | Person | None = None) -> list[Call]:
        """Return the calls the bot made, oldest first, of one `method` and to one `chat` if asked."""
        return [
            call
            for call in self.api.calls
            if (not method or call.method == method) and (chat is None or call.params.text("chat_id") == str(chat.id))
        ]

    async def until(self, condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
        """Wait until `condition()` holds, looking at every change; `TimeoutError` otherwise."""
        await wait(self.world, condition, seconds)

    async def start(self) -> Self:
        """Open the port and serve. Raises `OSError` when the port is taken."""
        config = Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            interface="asgi3",
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        config.load()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: H11Protocol(config, self._state, {}, loop), HOST, self.port, backlog=2048
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """End long polls, close the connections and the port."""
        self.api.closing.set()
        self.world.updates.close()
        if self._server is None:
            return
        self._server.close()
        if self._state.tasks:
            await asyncio.wait(set(self._state.tasks), timeout=STOP_SECONDS)
        for task in set(self._state.tasks):
            task.cancel()
        for connection in list(self._state.connections):
            connection.transport.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), STOP_SECONDS)
        self._server = None

    def hang_up(self) -> None:
        """Close the port and cut every connection, as if Telegram were out of reach; `start` opens the port again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._state.connections):
            connection.transport.abort()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(("/bot", "/file/bot")):
            await self.api(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    def _cut(self, scope: Scope, *, reset: bool = True) -> None:
        """End the connection a request came on; `reset`: the client sees ECONNRESET, not an answer."""
        for connection in list(self._state.connections):
            if isinstance(connection, H11Protocol) and connection.client == tuple(scope["client"]):
                if not reset:
                    connection.transport.close()
                    continue
                sock = connection.transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.transport.abort()
