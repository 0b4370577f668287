"""The command line, as a person at a terminal meets it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot import demo
from bot.sandbox import Sandbox

WRONG_TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAA"


def run(*arguments: str, cwd: Path, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot`` in `cwd` with nothing of our own environment but the path."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "COLUMNS": "200", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(demo.sample(), encoding="utf-8")
    return path


def test_read_shows_lead_quotes_and_speakers(article: Path) -> None:
    shown = run("read", str(article), cwd=article.parent).stdout
    assert "retaken the river port" in shown
    assert "Petro Lasko" in shown
    assert "could not independently verify" in shown


def test_read_explain_marks_the_text_without_colours_in_a_pipe(article: Path) -> None:
    shown = run("read", "--explain", str(article), cwd=article.parent).stdout
    assert "]lead" in shown
    assert "]Q1" in shown
    assert "\x1b[" not in shown


def test_read_takes_standard_input(article: Path) -> None:
    assert "Petro Lasko" in run("read", "-", cwd=article.parent, stdin=demo.sample()).stdout


def test_read_json_gives_one_object_whose_quotes_are_exact_spans(article: Path) -> None:
    text = demo.sample()
    read = json.loads(run("read", "--json", str(article), cwd=article.parent).stdout)
    assert set(read) >= {"id", "sha256", "language", "title", "outlet", "published", "lead", "quotes", "channels"}
    assert set(read) >= {"other_platforms", "caveats", "places", "removed", "digest_html", "digest_text"}
    assert read["quotes"]
    assert all(quote["text"] == text[quote["start"] : quote["end"]] for quote in read["quotes"])


def test_read_jsonl_answers_line_by_line_with_the_ids_given(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": name, "text": demo.sample()}) + "\n" for name in ("a", "b"))
    answer = run("read", "--jsonl", "-", cwd=tmp_path, stdin=lines).stdout.splitlines()
    assert [json.loads(line)["id"] for line in answer] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("read", "nowhere.txt"), "", "nowhere.txt: cannot be read"),
        (("read", "--jsonl", "-"), '{"id": 1}\n', 'line 1: must be a JSON object with "id" and "text"'),
        (("run",), "", "BOT_TOKEN: not set"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    arguments: tuple[str, ...], stdin: str, said: str, tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path, stdin=stdin)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_a_wrong_setting_is_named_before_anything_starts(tmp_path: Path) -> None:
    done = run("run", cwd=tmp_path, DEFAULT_TIMEZONE="Europe/Nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("DEFAULT_TIMEZONE:")
    assert not (tmp_path / "data").exists()


def test_migrate_makes_a_database_and_says_so_once(tmp_path: Path) -> None:
    assert "Migrated from nothing" in run("migrate", cwd=tmp_path).stdout
    assert "Up to date" in run("migrate", cwd=tmp_path).stdout
    database = tmp_path / "data" / "conflict-digest.db"
    assert stat.S_IMODE(database.stat().st_mode) & 0o077 == 0


def test_check_finds_a_lost_key_and_says_what_to_do(tmp_path: Path) -> None:
    run("check", cwd=tmp_path)
    (tmp_path / "data" / "secret.key").unlink()
    done = run("check", cwd=tmp_path)
    assert done.returncode == 1
    assert "key_lost" in done.stdout
    assert not (tmp_path / "data" / "secret.key").exists()


async def test_check_asks_telegram_about_the_token_and_is_content_when_all_is_well(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        environment = {"TELEGRAM_API_URL": sandbox.base_url.removesuffix("/bot"), "OWNER_IDS": "1"}
        good = await asyncio.to_thread(run, "check", cwd=tmp_path, BOT_TOKEN=sandbox.token, **environment)
        bad = await asyncio.to_thread(run, "check", cwd=tmp_path, BOT_TOKEN=WRONG_TOKEN, **environment)
    assert good.returncode == 0, good.stdout
    assert f"@{sandbox.world.bot.username}" in good.stdout
    assert bad.returncode == 1
    assert "does not know this token" in bad.stdout
    assert sandbox.token not in good.stdout + good.stderr


async def test_run_with_a_token_telegram_does_not_know_ends_with_one_line(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        url = sandbox.base_url.removesuffix("/bot")
        done = await asyncio.to_thread(run, "run", cwd=tmp_path, BOT_TOKEN=WRONG_TOKEN, TELEGRAM_API_URL=url)
    assert done.returncode == 1
    assert "BOT_TOKEN: Telegram does not know this token" in done.stderr
    assert "AAAAAAAA" not in done.stderr


def test_the_sandbox_plays_the_main_job_and_prints_the_digest(tmp_path: Path) -> None:
    done = run("sandbox", "--once", "--port", "0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Velmar retakes river port" in done.stdout
    assert "@sandbox_velmar_president" in done.stdout
    assert "Caveat" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run("sandbox", "--once", "--port", port, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} is taken. Choose another with --port; 0 takes a free one."
