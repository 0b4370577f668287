"""The chat page: see and do in a browser what people see and do in Telegram.

It takes no names or passwords, so it listens on 127.0.0.1 only, answers no other host name and takes only JSON, which
other sites cannot send.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.actors import People, Person, wait
from bot.sandbox.chats import Chat
from bot.sandbox.errors import JSON
from bot.sandbox.page.view import chats_of, conversation
from bot.sandbox.world import World

FOLDER = Path(__file__).parent
ANSWER_SECONDS = 10.0
"""How long a pressed button waits for the bot."""
SETTLE_SECONDS = 0.05
"""Changes within this time are told to the page as one."""
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def page_app(world: World, people: People, closing: asyncio.Event) -> Starlette:
    """Return the page's application; its event streams end with `closing`."""
    page = _Page(world, people, closing)
    routes = [
        Route("/", _file("index.html")),
        Route("/page.css", _file("page.css")),
        Route("/page.js", _file("page.js")),
        Route("/text.js", _file("text.js")),
        Route("/page/state", page.state),
        Route("/page/events", page.events),
        Route("/page/send", page.send, methods=["POST"]),
        Route("/page/start", page.start, methods=["POST"]),
        Route("/page/press", page.press, methods=["POST"]),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[hosts])


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return FileResponse(FOLDER / name, headers=_HEADERS)

    return serve


class _Page:
    def __init__(self, world: World, people: People, closing: asyncio.Event) -> None:
        self.world = world
        self.people = people
        self.closing = closing

    async def state(self, request: Request) -> Response:
        """The people, the chat list of the chosen one and the chosen conversation."""
        query = request.query_params
        everyone = [{"id": person.id, "name": person.user.first_name} for person in self.people.everyone]
        if not everyone:
            return JSONResponse({"version": self.world.version, "people": []}, headers=_HEADERS)
        person = self._person(query.get("person"))
        chat = self._chat(person, query.get("chat"))
        topic = _number(query.get("topic")) if chat.is_forum else None
        return JSONResponse(
            {
                "version": self.world.version,
                "people": everyone,
                "person": person.id,
                "chats": chats_of(self.world, person),
                "conversation": conversation(self.world, person, chat, topic),
            },
            headers=_HEADERS,
        )

    async def events(self, request: Request) -> Response:
        """A stream with the world's version at every change."""
        return StreamingResponse(self._versions(), media_type="text/event-stream", headers=_HEADERS)

    async def _versions(self) -> AsyncIterator[str]:
        version = -1
        closed = asyncio.ensure_future(self.closing.wait())
        try:
            while not closed.done():
                change = asyncio.ensure_future(self.world.changed(version))
                await asyncio.wait({change, closed}, return_when=asyncio.FIRST_COMPLETED)
                if not change.done():
                    change.cancel()
                    break
                await asyncio.wait({closed}, timeout=SETTLE_SECONDS)
                version = self.world.version
                yield f"data: {version}\n\n"
        finally:
            closed.cancel()

    async def start(self, request: Request) -> Response:
        """Press Start in the private chat."""
        person, _, _ = await self._asked(request)
        person.start()
        return JSONResponse({})

    async def send(self, request: Request) -> Response:
        """Write a text or send a text file."""
        person, chat, body = await self._asked(request)
        text = str(body.get("text", ""))
        try:
            if name := str(body.get("file", "")):
                person.send_document(name, text, chat)
            else:
                person.send(text, chat, topic=_number(body.get("topic")))
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        return JSONResponse({})

    async def press(self, request: Request) -> Response:
        """Press a button and give back what the bot answers."""
        person, chat, body = await self._asked(request)
        message = chat.messages.get(_number(body.get("message")) or 0)
        if message is None:
            raise HTTPException(404, "the message is gone")
        try:
            callback = person.press(message, str(body.get("data")))
            await wait(self.world, lambda: callback.answer or self.closing.is_set(), ANSWER_SECONDS)
        except LookupError as error:
            raise HTTPException(404, str(error)) from None
        except TimeoutError:
            return JSONResponse({"text": "The bot does not answer.", "show_alert": False})
        return JSONResponse(callback.answer or {})

    async def _asked(self, request: Request) -> tuple[Person, Chat, JSON]:
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise HTTPException(415, "JSON only")
        try:
            body = await request.json()
        except ValueError:
            raise HTTPException(400, "JSON only") from None
        person = self._person(body.get("person"))
        return person, self._chat(person, body.get("chat")), body

    def _person(self, which: object) -> Person:
        number = _number(which)
        found = [person for person in self.people.everyone if number in (None, person.id)]
        if not found:
            raise HTTPException(404, "no such person")
        return found[0]

    def _chat(self, person: Person, which: object) -> Chat:
        chat = self.world.chats.get(_number(which) or person.id, person.chat)
        mine = chat is person.chat or (chat.type != "private" and chat.member(person.user).present)
        return (chat.migrated_to or chat) if mine else person.chat


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
