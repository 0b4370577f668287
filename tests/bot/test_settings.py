"""Settings: read once, checked whole, wrong values named in plain words, secrets never shown."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import settings
from bot.settings import Settings, SettingsError, load, suspicious

EXAMPLE = Path(__file__).parents[2] / ".env.example"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
KEY = base64.b64encode(bytes(range(64))).decode()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def written(env_file: Path, *lines: str) -> Path:
    env_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return env_file


def refused(env_file: Path, *lines: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(written(env_file, *lines))
    return str(caught.value)


def test_nothing_needs_to_be_set(env_file: Path) -> None:
    found = load(env_file)
    assert found.bot_token is None
    assert found.owner_ids == frozenset()
    assert found.secrets == ()
    assert found.database.drivername == "sqlite+aiosqlite"


def test_values_come_from_the_file_and_the_environment_wins(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_RATE", "7.5")
    found = load(written(env_file, "SEND_RATE=20", "digest_name='Evening brief'", "OWNER_IDS=1, 22;333 4444"))
    assert found.send_rate == 7.5
    assert found.digest_name == "Evening brief"
    assert found.owner_ids == {1, 22, 333, 4444}


def test_an_empty_value_counts_as_not_set(env_file: Path) -> None:
    found = load(written(env_file, "BOT_TOKEN=", "OWNER_IDS=", "RETENTION_DAYS=", "DATABASE_URL="))
    assert (found.bot_token, found.owner_ids, found.retention_days) == (None, frozenset(), 30)


def test_a_file_saved_by_a_windows_editor_is_read(env_file: Path) -> None:
    env_file.write_bytes("\ufeffSEND_RATE=3\r\nLOG_LEVEL=debug\r\n".encode())
    found = load(env_file)
    assert (found.send_rate, found.log_level) == (3, "DEBUG")
    assert suspicious(env_file) == []


def test_settings_cannot_be_changed(env_file: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(env_file).send_rate = 1


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite:///data/x.db"),
        ("sqlite+aiosqlite:////var/lib/x.db", "sqlite+aiosqlite:////var/lib/x.db"),
        ("postgresql://u:p%40ss@host:5433/name", "postgresql+asyncpg://u:p%40ss@host:5433/name"),
        ("postgres://u@host/name", "postgresql+asyncpg://u@host/name"),
        ("postgresql+asyncpg://u@host/name", "postgresql+asyncpg://u@host/name"),
        ("postgresql://u@host/name?sslmode=require", "postgresql+asyncpg://u@host/name?ssl=require"),
    ],
)
def test_the_database_address_gets_the_asynchronous_driver(env_file: Path, given: str, used: str) -> None:
    assert load(written(env_file, f"DATABASE_URL='{given}'")).database_url.get_secret_value() == used


WRONG = {
    "BOT_TOKEN": ["hello", "123456789:", "bot123456789:AAHdqTcvCH1vGWJxfSeo", "123:abc def"],
    "OWNER_IDS": ["@anna", "1,-100123", "0", "1.5", str(2**60)],
    "DATABASE_URL": ["mysql://u:hunter22@h/d", "hunter22", "sqlite://", "sqlite:///:memory:", "postgresql://u@h"],
    "DATA_KEY": ["hunter22", base64.b64encode(b"hunter22").decode()],
    "TELEGRAM_API_URL": ["api.telegram.org", "ftp://x", "https://x/?a=b", "https://api.telegram.org/bot"],
    "HTTPS_PROXY": ["hunter22", "socks5://u:hunter22@h"],
    "DEFAULT_TIMEZONE": ["Mars/Olympus", "europe/kyiv", "America", "../UTC"],
    "DEFAULT_LANGUAGE": ["de", "english"],
    "DIGEST_NAME": ["x" * 65, '"two\\nlines"'],
    "DEFAULT_SCHEDULE": ["8", "25:00", "08:60", "mon-fri", "08:00; drop", "noon 12:00!"],
    "SEND_RATE": ["fast", "0", "1001", "nan", "-1"],
    "SEND_CONCURRENCY": ["0", "201", "1.5"],
    "RETENTION_DAYS": ["0", "-1", "week"],
    "LOG_LEVEL": ["loud"],
    "LOG_FORMAT": ["xml"],
    "TICK_SECONDS": ["0", "61", "soon"],
    "LINK_DESIGNATED": ["maybe"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_value_is_one_line_that_names_the_setting_and_the_way_out(
    env_file: Path, name: str, value: str
) -> None:
    line = refused(env_file, f"{name}={value}" if value.startswith('"') else f"{name}='{value}'")
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert "It must be " in line
    assert "hunter22" not in line


def test_every_wrong_setting_gets_its_own_line(env_file: Path) -> None:
    lines = refused(env_file, "SEND_RATE=x", "RETENTION_DAYS=0", "LOG_FORMAT=xml").splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["LOG_FORMAT", "RETENTION_DAYS", "SEND_RATE"]


@pytest.mark.parametrize("name", ["OWNER_IDS", "DIGEST_NAME", "SEND_RATE", "DEFAULT_SCHEDULE", "BOT_TOKEN"])
def test_a_token_pasted_on_the_wrong_line_is_not_shown(env_file: Path, name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(written(env_file, f"{name}='{TOKEN} {TOKEN}'"))
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_mistyped_time_zone_gets_a_proposal(env_file: Path) -> None:
    assert "did you mean Europe/Vilnius?" in refused(env_file, "DEFAULT_TIMEZONE=europe/vilnus")


def test_a_file_that_cannot_be_read_is_said_so(env_file: Path) -> None:
    env_file.write_bytes(b"BOT_TOKEN=\xff\xfe\n")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(env_file)


def test_secrets_are_never_printed(env_file: Path) -> None:
    found = load(
        written(
            env_file,
            f"BOT_TOKEN={TOKEN}",
            f"DATA_KEY={KEY}",
            "DATABASE_URL=postgresql://u:hunter22@h/d",
            "HTTPS_PROXY=http://u:hunter33@proxy:3128",
        )
    )
    shown = f"{found!r} {found} {found.database} {found.model_dump()} {found.model_dump_json()}"
    for secret in (TOKEN, KEY, "hunter22", "hunter33"):
        assert secret not in shown
        assert any(secret in kept for kept in found.secrets)
    assert found.data_key_bytes == bytes(range(64))


def test_the_proxy_is_used_only_towards_servers_spoken_to_with_tls(env_file: Path) -> None:
    assert load(written(env_file, "HTTPS_PROXY=http://proxy:3128")).proxy == "http://proxy:3128"
    near = load(written(env_file, "HTTPS_PROXY=http://proxy:3128", "TELEGRAM_API_URL=http://127.0.0.1:8081/"))
    assert near.proxy is None
    assert near.telegram_api_url == "http://127.0.0.1:8081"


def test_mistyped_names_and_unreadable_lines_are_pointed_out(env_file: Path) -> None:
    written(env_file, "# note", "DATABSE_URL=x", "export BOT_TOKEN=1:a", "EDITOR=vi", "what is this", "OWNER_ID=1")
    assert suspicious(env_file) == [
        ".env line 2: DATABSE_URL is no setting; did you mean DATABASE_URL?",
        ".env line 5 cannot be read: it must look like NAME=value.",
        ".env line 6: OWNER_ID is no setting; did you mean OWNER_IDS?",
    ]


def test_a_missing_file_is_not_suspicious(env_file: Path) -> None:
    assert suspicious(env_file) == []


def test_the_example_file_shows_every_setting_with_its_default_and_no_other(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    shown = re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert sorted(name for name, _ in shown) == sorted(name.upper() for name in Settings.model_fields)

    active = written(tmp_path / "all.env", *(f"{name}={value}" for name, value in shown))
    assert dotenv_values(active) == dict(shown)
    assert load(active) == load(None)
    assert suspicious(active) == []


def test_the_example_file_as_it_is_sets_nothing() -> None:
    assert dotenv_values(EXAMPLE) == {}


def test_every_setting_says_what_its_value_must_be() -> None:
    assert all(spec.description for spec in Settings.model_fields.values())
    assert set(Settings.model_fields) >= settings._SECRET
