"""The main job, played on the sandbox: an editor posts an article, a reader and a group receive the digest.

What you see is the real bot over real HTTP; only Telegram is ours. Its data go with the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pydantic import SecretStr
from rich.console import Console

from bot.app import running
from bot.sandbox import Chat, Message, Person, Sandbox
from bot.sandbox.render import to_rich
from bot.settings import Settings
from digests import data
from digests.data import Registry

PUBLISH = "Publish and send now"  # what the button's label ends in
PORT = 8081  # of the chat page, if it is free


class PortTaken(Exception):
    """Another program serves on the port that was asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(port)


class Cast(NamedTuple):
    """Who plays."""

    editor: Person
    reader: Person
    group: Chat


def sample() -> str:
    """Return the bundled article, about an invented event in invented countries."""
    return resources.files("bot.demo").joinpath("sample.txt").read_text(encoding="utf-8")


def registry() -> Registry:
    """Return the packaged registry and the sample's invented channels."""
    invented = data.load(resources.files("bot.demo").joinpath("channels.toml").read_text(encoding="utf-8"))
    return Registry((*data.registry(), *invented))


def cast(sandbox: Sandbox) -> Cast:
    """Bring on an editor (who owns the bot), a reader, and a group with both in it."""
    editor = sandbox.people.person("Mira (editor)", username="mira_edits", language_code="en")
    reader = sandbox.people.person("Anton (reader)", username="anton_reads", language_code="en")
    group = sandbox.people.group("Harbour neighbours", owner=reader, members=(editor,))
    return Cast(editor, reader, group)


def settings(sandbox: Sandbox, owner: Person, folder: Path) -> Settings:
    """Return what the bot runs with: the sandbox's token and address, its data in `folder`, nothing from .env."""
    return Settings.model_construct(
        **{name: field.get_default() for name, field in Settings.model_fields.items()}
        | {
            "bot_token": SecretStr(sandbox.token),
            "owner_ids": frozenset({owner.id}),
            "telegram_api_url": sandbox.base_url.removesuffix("/bot"),
            "database_url": SecretStr(f"sqlite+aiosqlite:///{folder / 'sandbox.db'}"),
            "data_key_file": folder / "secret.key",
            "tick_seconds": 1.0,
        }
    )


async def play(*, port: int | None, stop: asyncio.Event, once: bool = False, console: Console | None = None) -> None:
    """Play the main job, print the delivered digest, and serve the chat page until `stop` (or not at all if `once`).

    `port` as in `served`, which raises PortTaken.
    """
    console = console or Console()
    with TemporaryDirectory(prefix="conflict-digest-") as folder:
        async with served(port) as sandbox:
            actors = cast(sandbox)
            async with running(settings(sandbox, actors.editor, Path(folder)), registry=registry()) as bot:
                console.print("[bold]The main job[/bold], on a local stand-in for Telegram\n")
                for message in await deliver(sandbox, actors, console):
                    console.print(to_rich(message))
                if once:
                    return
                console.print(
                    f"\nThe chat page is open: [bold]{sandbox.page_url}[/bold]  Write as Mira, who edits, or as Anton,"
                    " who reads; press the buttons. Ctrl-C ends it.\nFor a real bot see README.md."
                )
                await asyncio.wait(
                    {asyncio.create_task(stop.wait()), asyncio.create_task(bot.stop.wait())},
                    return_when=asyncio.FIRST_COMPLETED,
                )


@asynccontextmanager
async def served(port: int | None) -> AsyncIterator[Sandbox]:
    """Serve the sandbox on `port`; None: on `PORT`, or any free one if that is taken. Raises PortTaken."""
    sandbox = Sandbox(port=PORT if port is None else port)
    try:
        await sandbox.start()
    except OSError:
        if port is not None:
            raise PortTaken(port) from None
        sandbox = await Sandbox(port=0).start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


async def deliver(sandbox: Sandbox, actors: Cast, console: Console) -> Sequence[Message]:
    """Let the reader and the group subscribe, the editor post and publish; return the digests they received."""
    editor, reader, group = actors
    reader.start()
    await reader.ask("/subscribe")
    console.print("  Anton subscribed.")
    reader.add_bot(group)
    await reader.ask(f"/subscribe@{sandbox.world.bot.username}", group)
    console.print("  The group “Harbour neighbours” subscribed.")

    editor.start()
    pasted = editor.send(sample())
    card, button = await preview(sandbox, editor, PUBLISH)
    console.print(f"  Mira pasted an article ({len(pasted)} message) and got its preview.")
    before = {chat.id: len(chat.history) for chat in (reader.chat, group)}
    await editor.click(card, button)
    console.print(f"  Mira pressed “{button}”.\n")

    await sandbox.until(lambda: all(len(chat.history) > before[chat.id] for chat in (reader.chat, group)))
    console.print("[bold]What Anton and the group received[/bold]\n")
    return [reader.last]


async def preview(sandbox: Sandbox, editor: Person, button: str) -> tuple[Message, str]:
    """Wait for the card under a draft's preview; return it with the label of the button that ends in `button`."""

    def found() -> list[tuple[Message, str]]:
        return [(card, label) for card in editor.inbox for label in card.labels if label.endswith(button)]

    await sandbox.until(found)
    return found()[-1]
