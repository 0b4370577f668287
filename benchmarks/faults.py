"""What faults cost: each is done to the real bot in the middle of a fan-out, and the server tells what came of it.

    python benchmarks/faults.py                 small, with short waits: a minute or two
    python benchmarks/faults.py --all           2,000 chats, 20 kills, the product's own waits: about half an hour
    python benchmarks/faults.py --only "kill -9" hang

Asked of every row: nobody is lost; no more messages come twice than there were calls whose outcome nobody could know
("at most"), and each is marked; no call leaves before the time of a 429 is up; the rate comes back by itself. "again"
are messages that rested after two such calls, until an owner had them sent again. The one row that needs PostgreSQL is
played with --postgres and the URL of an empty database, the one that needs a file system of its own as root.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from _faults.catalogue import FAULTS, Fault
from _faults.play import Row, play
from _faults.scene import Size
from _faults.waits import SHORT

from digests.storage import upgrade

QUICK = Size(chats=300, rate=100, in_flight=8, struck=30, seconds=3.0, kills=3, waits=SHORT)
ALL = Size()
_DISK = "16m"  # of the row that fills one


def _missing(fault: Fault, postgres: str) -> str:
    """Say what this fault cannot be played without, if it is not there."""
    if fault.needs == "root" and os.geteuid() != 0:
        return "not played: only root may mount a file system"
    if fault.needs == "postgres" and not postgres:
        return "not played: needs --postgres"
    return ""


@contextmanager
def _folder(fault: Fault) -> Iterator[Path]:
    with TemporaryDirectory() as name:
        if fault.needs != "root":
            yield Path(name)
            return
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", name], check=True)  # noqa: S607
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", name], check=True)  # noqa: S607


async def _played(fault: Fault, size: Size, postgres: str) -> Row:
    database = postgres if fault.needs == "postgres" else ""
    if database:
        await upgrade(database)
    with _folder(fault) as folder:
        return await play(fault, size, folder, database)


def _print(row: Row) -> None:
    after = "–" if row.after is None else f"{row.after:.0f}"
    allowed, rates = f"≤ {row.allowed}", f"{row.before:.0f} → {after}"
    print(
        f"  {row.name:18}{row.tries:6}{row.lost:6}{row.repeats:9}{allowed:>8}{row.marked:8}{row.rest:7}"
        f"{len(row.violations):12}{rates:>14}  {'' if row.harmless and row.recovered else 'MISSED'}",
        flush=True,
    )
    for violation in row.violations:
        print(f"      {violation}")


def main() -> None:
    """Read the options and print the table."""
    names = [fault.name for fault in FAULTS]
    known = "\n".join(f"  {fault.name:18}{fault.what}" for fault in FAULTS)
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"faults:\n{known}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="every fault in full size")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="FAULT")
    parser.add_argument("--postgres", default="", metavar="URL", help="an empty database, postgresql+asyncpg://…")
    options = parser.parse_args()
    size = ALL if options.all else QUICK
    logging.disable(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    print(f"{size.chats:,} chats, {size.rate} messages/s, {size.in_flight} in flight")
    print(
        f"  {'fault':18}{'tries':>6}{'lost':>6}{'repeats':>9}{'at most':>8}{'marked':>8}{'again':>7}{'violations':>12}"
        f"{'messages/s':>14}"
    )
    held = True
    for fault in FAULTS:
        if fault.name not in options.only:
            continue
        if missing := _missing(fault, options.postgres):
            print(f"  {fault.name:18} {missing}")
            continue
        row = asyncio.run(_played(fault, size, options.postgres))
        _print(row)
        held = held and row.harmless
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
