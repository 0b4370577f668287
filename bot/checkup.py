"""What ``conflict-digest check`` finds: configuration, key, database and token, each as one plain line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.app import open_database
from bot.settings import Settings, SettingsError, load, suspicious
from bot.telegram_http import TelegramHTTP
from digests.errors import DigestError, StorageError
from digests.storage import problems

#: What to do about the keys of `StorageError` that bring no advice of their own.
_ADVICE = {
    "disk_full": "The disk is full. Make room and start again; nothing is lost.",
    "locked": "The database is busy for too long. Does another program hold it open?",
    "unreachable": "The database cannot be reached. Check DATABASE_URL, the folder and its rights, or the server.",
    "read_only": "The database cannot be written to. Check the rights of the file and its folder.",
    "damaged": "The database file is damaged. Put back a backup.",
}


class Finding(NamedTuple):
    """One thing looked at. `good`: nothing to do."""

    good: bool
    text: str


def plain(error: DigestError) -> str:
    """Say what a storage error means and what to do, in one line for the operator."""
    advice = error.params.get("advice") or _ADVICE.get(error.key, "The database cannot be used; the log says why.")
    return f"{advice} [{error.key}]"


async def findings(env_file: Path) -> list[Finding]:
    """Look at everything that can be wrong before the bot starts; nothing is changed but what a start would make."""
    try:
        settings = load(env_file)
    except SettingsError as error:
        return [Finding(False, line) for line in str(error).splitlines()]
    found = [Finding(False, line) for line in suspicious(env_file)]
    found.append(Finding(True, "Configuration: every setting can be used."))
    found += [Finding(False, f"Key: {problem}") for problem in problems(settings.data_key_file)]
    found += [finding async for finding in _database(settings)]
    found += [finding async for finding in _telegram(settings)]
    return found


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    shown = settings.database.render_as_string(hide_password=True)
    try:
        async with AsyncExitStack() as stack:
            await open_database(settings, stack)
    except StorageError as error:
        yield Finding(False, f"Database {shown}: {plain(error)}")
    else:
        yield Finding(True, f"Database {shown}: can be used, and the key belongs to it.")


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.owner_ids:
        yield Finding(False, "OWNER_IDS: not set, so nobody can post articles. Put your own Telegram user id there.")
    if settings.bot_token is None:
        yield Finding(False, "BOT_TOKEN: not set. Get one from @BotFather; without one only the sandbox runs.")
        return
    http = TelegramHTTP(pool_size=1, read=10, proxy=settings.proxy)
    bot = Bot(settings.bot_token.get_secret_value(), base_url=f"{settings.telegram_api_url}/bot", request=http)
    try:
        async with bot:
            yield Finding(True, f"BOT_TOKEN: Telegram knows it as @{bot.username}.")
    except InvalidToken:
        yield Finding(False, "BOT_TOKEN: Telegram does not know this token. Copy it again from @BotFather.")
    except TelegramError as error:
        yield Finding(False, f"Telegram at {settings.telegram_api_url} cannot be reached ({type(error).__name__}).")
