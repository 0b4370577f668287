"""The command line: run · read · sandbox · deliveries · migrate · check; each a few lines over a part of the bot.

A command imports its part itself: `read` and ``--help`` need not wait for the Telegram library and the database.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import logs
from bot.settings import Settings, SettingsError, load
from digests.errors import StorageError

cli = typer.Typer(
    name="conflict-digest",
    help="A self-hosted Telegram bot that delivers verbatim, attributed conflict-news digests.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """Run the program: `conflict-digest` and ``python -m bot``."""
    os.umask(0o077)  # what it writes (database, key, copies before a migration) is for its own user only
    cli()


def _fail(*lines: str) -> typer.Exit:
    for line in lines:
        _err.print(line, markup=False)
    return typer.Exit(1)


def _unusable(error: StorageError) -> typer.Exit:
    from bot import checkup

    return _fail(checkup.plain(error))


def _settings() -> Settings:
    try:
        settings = load()
    except SettingsError as error:
        raise _fail(*str(error).splitlines()) from None
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    return settings


def stop_on_signals(stop: asyncio.Event) -> None:
    """Let SIGINT and SIGTERM ask for a clean stop; a second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def ask(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask, number)


@cli.command()
def run() -> None:
    """Run the bot with the token in .env or the environment."""
    from bot.app import NoToken, running
    from bot.polling import WrongToken

    settings = _settings()

    async def serve() -> bool:
        async with running(settings) as bot:
            stop_on_signals(bot.stop)
            gc.collect()
            gc.freeze()  # what is loaded by now stays; to look it all over again takes a tenth of a second each time
            await bot.stop.wait()
            return bot.failed

    try:
        failed = asyncio.run(serve())
    except NoToken:
        raise _fail("BOT_TOKEN: not set. Get one from @BotFather and put it in .env, or try `make run`.") from None
    except WrongToken:
        raise _fail("BOT_TOKEN: Telegram does not know this token. Copy it again from @BotFather.") from None
    except StorageError as error:
        raise _unusable(error) from None
    if failed:
        raise _fail("The bot stopped because of an error; the log says which. Nothing is lost: start it again.")


@cli.command()
def read(
    files: Annotated[list[str], typer.Argument(help="Article files; - is standard input.", metavar="FILE...")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read lines of {"id", "text"}, print a line each.')] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the text with everything marked, and why.")] = False,
) -> None:
    """Show what the bot keeps of an article."""
    from bot import reading_command

    try:
        reading_command.show(files, as_json=json, lines=jsonl, explain=explain)
    except ValueError as error:
        raise _fail(str(error)) from None


@cli.command()
def sandbox(
    port: Annotated[int | None, typer.Option(help="Port of the chat page; 0: any free one.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the main job was played.")] = False,
) -> None:
    """Try the bot without Telegram: play the main job on a local stand-in, then leave a chat page open."""
    from bot import demo

    logs.configure("WARNING", "auto", ())

    async def play() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        await demo.play(port=port, stop=stop, once=once)

    try:
        asyncio.run(play())
    except demo.PortTaken as error:
        raise _fail(f"Port {error.port} is taken. Choose another with --port; 0 takes a free one.") from None


@cli.command()
def migrate() -> None:
    """Bring the database up to date (SQLite databases do it by themselves at start)."""
    from digests.storage import upgrade

    settings = _settings()
    try:
        before = asyncio.run(upgrade(settings.database))
    except StorageError as error:
        raise _unusable(error) from None
    typer.echo(
        "Up to date already." if before.ready else f"Migrated from {before.current or 'nothing'} to {before.head}."
    )


@cli.command()
def deliveries(
    watch: Annotated[bool, typer.Option("--watch", help="Show a bar until nothing is under way.")] = False,
) -> None:
    """Show how deliveries go, also while the bot runs."""
    from bot import deliveries_command
    from bot.app import utc_now

    settings = _settings()
    console = Console(highlight=False)
    try:
        asyncio.run(deliveries_command.show(settings, console, clock=utc_now, watch=watch))
    except StorageError as error:
        raise _unusable(error) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@cli.command()
def check() -> None:
    """Say what is wrong with the configuration, database, key and token, in plain words."""
    from bot import checkup

    findings = asyncio.run(checkup.findings(Path(".env")))
    for finding in findings:
        typer.echo(f"{'ok ' if finding.good else 'BAD'}  {finding.text}")
    if not all(finding.good for finding in findings):
        sys.exit(1)
