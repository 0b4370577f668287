"""Every setting of the bot. This module is the only reader of the environment and of ``.env``.

A variable in the environment wins over the same line in ``.env``; an empty one counts as not set.
"""

from __future__ import annotations

import base64
import binascii
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz import fuzz, process
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_TOKEN_LIKE = re.compile(r"\d{6,}:[\w-]{20,}", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_SCHEDULE_TOKEN = re.compile(rf"{_CLOCK.pattern}|[A-Za-z]{{3}}([-,][A-Za-z]{{3}})*|[A-Za-z]\w+(/[\w+-]+)*")
_MAX_USER_ID = 2**52  # the Bot API promises at most 52 significant bits
_NEAR = 75  # rapidfuzz ratio from which an unknown name counts as a mistyped setting


class SettingsError(Exception):
    """The configuration cannot be used. Its text is one line for each wrong setting, free of secrets."""


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    if not _TOKEN.fullmatch(token):
        raise ValueError("it has another form; copy it whole from @BotFather")
    return SecretStr(token)


def _user_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    ids = set()
    for word in re.split(r"[\s,;]+", value.strip()):
        if not re.fullmatch(r"\d+", word, re.ASCII) or not 0 < int(word) < _MAX_USER_ID:
            raise ValueError(f"{word!r} is not the id of a person")
        ids.add(int(word))
    return frozenset(ids)


def _database_url(value: SecretStr) -> SecretStr:
    try:
        url = make_url(value.get_secret_value().strip())
    except (ArgumentError, ValueError):  # their texts may hold the password
        raise ValueError("it is not a database address") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError(f"databases of the kind {url.drivername!r} are not supported")
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ValueError("it names no file, so every subscription would be lost at the end")
    if driver.startswith("postgresql"):
        if not url.database:
            raise ValueError("it names no database")
        if "sslmode" in url.query:  # libpq's word; asyncpg takes the same values as "ssl"
            mode = url.query["sslmode"]
            url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return SecretStr(url.set(drivername=driver).render_as_string(hide_password=False))


def _data_key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    try:
        length = len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("it is not base64") from None
    if length != 64:
        raise ValueError(f"it holds {length} bytes")
    return SecretStr(text)


def _api_url(value: str) -> str:
    url = value.strip().rstrip("/")
    if not re.fullmatch(r"https?://[\w.\-\[\]:]+(/[\w.\-/]*)?", url, re.ASCII):
        raise ValueError("it is not a web address")
    if re.search(r"/bot\d*$", url):
        raise ValueError('it ends in "/bot", which is added by itself')
    return url


def _proxy(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://\S+", value.get_secret_value().strip()):
        raise ValueError("it is not a web address")
    return SecretStr(value.get_secret_value().strip())


def _timezone(value: str) -> str:
    try:
        return ZoneInfo(value.strip()).key
    except (LookupError, ValueError, OSError):
        best = process.extractOne(value, available_timezones(), processor=str.lower)
        raise ValueError(f"did you mean {best[0]}?") from None


def _one_line(value: str) -> str:
    value = value.strip()
    if not value or len(value.splitlines()) != 1:
        raise ValueError("it is not one line of text")
    return value


def _schedule(value: str) -> str:
    words = value.split()
    for word in words:
        if not _SCHEDULE_TOKEN.fullmatch(word):
            raise ValueError(f"{word!r} is neither a time nor weekdays nor a time zone")
    if not any(_CLOCK.fullmatch(word) for word in words):
        raise ValueError("it has no time")
    return " ".join(words)


def _lower(value: str) -> str:
    return value.strip().lower()


def _upper(value: str) -> str:
    return value.strip().upper()


class Settings(BaseSettings):
    """The whole configuration, checked. A field's description says what its value must be."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, env_file_encoding="utf-8-sig", hide_input_in_errors=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, description="the token that @BotFather gave, like 123456:ABC-def"
    )
    owner_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_user_ids)] = Field(
        frozenset(), description="Telegram user ids (numbers) parted by commas or spaces"
    )

    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        SecretStr("sqlite+aiosqlite:///data/conflict-digest.db"),
        description="sqlite:///path/to/file.db or postgresql://user:password@host/name",
    )
    data_key: Annotated[SecretStr, AfterValidator(_data_key)] | None = Field(
        None, description="64 random bytes in base64"
    )
    data_key_file: Path = Field(Path("data/secret.key"), description="the path of the file that holds the key")
    retention_days: int = Field(30, ge=1, description="a whole number of days, 1 or more")

    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        "https://api.telegram.org", description="the address of a Bot API server, like https://api.telegram.org"
    )
    https_proxy: Annotated[SecretStr, AfterValidator(_proxy)] | None = Field(
        None, description="the address of an HTTP proxy, like http://user:password@host:port"
    )

    digest_name: Annotated[str, AfterValidator(_one_line)] = Field(
        "Conflict Digest", max_length=64, description="one line of at most 64 characters"
    )
    default_language: Annotated[Literal["en", "uk", "ru"], BeforeValidator(_lower)] = Field(
        "en", description="en, uk or ru"
    )
    default_timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "UTC", description="an IANA time zone, like Europe/Kyiv"
    )
    default_schedule: Annotated[str, AfterValidator(_schedule)] = Field(
        "08:00 20:00", description="clock times, then weekdays if not every day, like 08:00 20:00 mon-fri"
    )
    link_designated: bool = Field(False, description="true or false")

    send_rate: float = Field(
        25, ge=0.1, le=1000, description="messages a second over all chats, a number from 0.1 to 1000"
    )
    send_concurrency: int = Field(32, ge=1, le=200, description="messages begun at once, a whole number from 1 to 200")
    tick_seconds: float = Field(
        5, gt=0, le=60, description="seconds between two looks for due digests, a number above 0 and up to 60"
    )

    storm_share: float = Field(
        0.5, gt=0, le=1, description="the share of deliveries going wrong that pauses all, above 0 and up to 1"
    )
    storm_window_seconds: float = Field(60, ge=1, le=3600, description="seconds, a number from 1 to 3600")
    storm_minimum: int = Field(20, ge=1, description="a whole number of deliveries, 1 or more")

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Annotated[Literal["auto", "console", "json"], BeforeValidator(_lower)] = Field(
        "auto", description="auto, console or json"
    )

    @property
    def database(self) -> URL:
        """The database's address with the asynchronous driver; printing it shows no password."""
        return make_url(self.database_url.get_secret_value())

    @property
    def data_key_bytes(self) -> bytes | None:
        """The 64 bytes of ``DATA_KEY``; None leaves it to the key file."""
        return None if self.data_key is None else base64.b64decode(self.data_key.get_secret_value())

    @property
    def proxy(self) -> str | None:
        """The proxy to reach the Bot API by; a server spoken to without TLS is near and needs none."""
        if self.https_proxy is None or not self.telegram_api_url.startswith("https:"):
            return None
        return self.https_proxy.get_secret_value()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that must never reach a log."""
        kept = (self.bot_token, self.data_key, self.https_proxy)
        texts = [secret.get_secret_value() for secret in kept if secret is not None]
        password = self.database.password
        return (*texts, password) if password else tuple(texts)


_SECRET = {"bot_token", "data_key", "database_url", "https_proxy"}


def load(env_file: str | Path | None = ".env") -> Settings:
    """Read the environment and `env_file` (which need not exist) and check every value.

    Raises `SettingsError`, one line for each wrong setting.
    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # an option of pydantic-settings, no field
    except ValidationError as error:
        lines = [_line(found) for found in error.errors(include_url=False)]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        lines = [f"{env_file}: cannot be read ({reason}). Correct or remove the file."]
    raise SettingsError("\n".join(lines))  # outside the handler: the cause would hold the wrong values


def _line(found: ErrorDetails) -> str:
    """Say in one line what is wrong with one setting and what to do."""
    field = str(found["loc"][0])
    spec = Settings.model_fields[field]
    secret = field in _SECRET or _TOKEN_LIKE.search(str(found["input"]))  # pasted on the wrong line
    shown = "its value" if secret else f"{str(found['input'])[:60]!r}"
    own = found.get("ctx", {}).get("error")  # set when the ValueError is one of ours
    because = f" ({own})" if own and not _TOKEN_LIKE.search(str(own)) else ""
    optional = "" if field == "bot_token" else " or remove the line for the default"
    return (
        f"{field.upper()}: {shown} cannot be used{because}."
        f" It must be {spec.description}: correct it in .env or the environment{optional}."
    )


def suspicious(env_file: str | Path = ".env") -> list[str]:
    """Name the lines of `env_file` that have no effect though they look meant: unreadable or mistyped."""
    path = Path(env_file)
    if not path.is_file():
        return []
    names = [name.upper() for name in Settings.model_fields]
    found = []
    for binding in parse_stream(StringIO(path.read_text(encoding="utf-8-sig"))):
        place = f"{path.name} line {binding.original.line}"
        if binding.error:
            found.append(f"{place} cannot be read: it must look like NAME=value.")
        elif binding.key is not None and binding.key.upper() not in names:
            near = process.extractOne(binding.key.upper(), names, scorer=fuzz.ratio, score_cutoff=_NEAR)
            if near:
                found.append(f"{place}: {binding.key} is no setting; did you mean {near[0]}?")
    return found
