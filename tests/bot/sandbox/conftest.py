"""A sandbox, a bot of python-telegram-bot talking to it over HTTP, and a raw HTTP caller."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from bot.sandbox import Person, Sandbox

Caller = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with Bot(sandbox.token, base_url=sandbox.base_url, base_file_url=sandbox.file_url) as ready:
        yield ready


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(sandbox: Sandbox, http: aiohttp.ClientSession) -> Caller:
    """Call a method with JSON parameters and return the whole answer."""

    async def run(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{sandbox.base_url}{sandbox.token}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    return run


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    """A person who started the bot; her /start is already confirmed."""
    person = sandbox.people.person("Anna", username="anna")
    person.start()
    sandbox.world.updates.drop()
    return person


@pytest.fixture
def boris(sandbox: Sandbox) -> Person:
    """Another person who started the bot."""
    person = sandbox.people.person("Boris")
    person.start()
    sandbox.world.updates.drop()
    return person
