"""Logging: every library's records in one form, no secret in any of them, chats only by their references."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import ChatRefs, Redactor, configure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OTHER_TOKEN = "987654321:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsbb"
PASSWORD = 'p@ss w/ö"rd'
SECRETS = (TOKEN, PASSWORD)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    kept = (list(root.handlers), root.level, sys.excepthook, threading.excepthook)
    yield
    root.handlers[:], level, sys.excepthook, threading.excepthook = kept
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture(params=["json", "console"])
def fmt(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stream(fmt: str) -> io.StringIO:
    stream = io.StringIO()
    configure("DEBUG", fmt, SECRETS, stream)
    return stream


def fail_deeply(secret: str) -> None:
    local = f"kept in a local variable: {secret}"
    try:
        int(f"inner {secret}")
    except ValueError as inner:
        raise OSError(5, f"cannot reach https://api.example/bot{secret}/getMe", local) from inner


def logged_exception(secret: str) -> None:
    try:
        fail_deeply(secret)
    except OSError:
        logging.getLogger("telegram.ext").exception("request %s failed", secret)
        structlog.get_logger("bot.test").exception("failed", url=f"/bot{secret}/getMe")


LEAKS: dict[str, Callable[[str], None]] = {
    "message": lambda secret: logging.getLogger("aiohttp.client").warning(f"calling {secret}"),  # noqa: G004
    "argument": lambda secret: logging.getLogger("uvicorn.error").warning("calling %s of %r", secret, [secret]),
    "mapping argument": lambda secret: logging.getLogger("x").warning("see %(a)s", {"a": secret}),
    "extra": lambda secret: logging.getLogger("x").warning("see", extra={"where": {"deep": (secret,)}}),
    "event": lambda secret: structlog.get_logger("x").warning(f"calling {secret}"),
    "positional": lambda secret: structlog.get_logger("x").warning("calling %s", secret),
    "bound value": lambda secret: structlog.get_logger("x").bind(a={"b": [secret]}).warning("calling", url=secret),
    "exception": logged_exception,
    "record that cannot be formatted": lambda secret: logging.getLogger("x").warning("%d", secret),
    "warning": lambda secret: warnings.warn(f"odd: {secret}", stacklevel=1),
}


@pytest.mark.parametrize("way", LEAKS)
@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, OTHER_TOKEN])
def test_a_secret_never_reaches_the_log(stream: io.StringIO, way: str, secret: str) -> None:
    if secret == PASSWORD and way == "exception":
        secret = f"postgresql://user:{secret}@host/name"
    del logging.getLogger().handlers[1:]  # pytest's own, added after the fixture ran
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        LEAKS[way](secret)
    text = stream.getvalue()
    assert text, "nothing was logged"
    assert TOKEN.split(":")[1] not in text
    assert OTHER_TOKEN.split(":")[1] not in text
    for form in (PASSWORD, PASSWORD.replace('"', '\\"'), json.dumps(PASSWORD)[1:-1], "p@ss"):
        assert form not in text


def test_an_uncaught_error_is_logged_without_its_secrets(stream: io.StringIO) -> None:
    try:
        fail_deeply(TOKEN)
    except OSError:
        sys.excepthook(*sys.exc_info())
    thread = threading.Thread(target=fail_deeply, args=(TOKEN,))
    thread.start()
    thread.join()
    text = stream.getvalue()
    assert "the process ends by an error" in text
    assert "a thread ends by an error" in text
    assert "'inner ***'" in text
    assert TOKEN not in text


@given(
    secret=st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="'\"*"), min_size=4),
    before=st.text(st.characters(categories=("L", "Zs"))),
)
def test_a_known_secret_is_masked_plain_and_as_json_and_repr_write_it(secret: str, before: str) -> None:
    redact = Redactor([secret])
    for text in (before + secret, json.dumps({"a": before + secret}), repr([secret])):
        assert secret not in redact(text)
    assert json.dumps(secret)[1:-1] not in redact(json.dumps([before, secret]))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            f"POST https://api.telegram.org/bot{OTHER_TOKEN}/sendMessage",
            "POST https://api.telegram.org/***/sendMessage",
        ),
        ("GET /file/bot42:abc/photos/1.jpg", "GET /file/***/photos/1.jpg"),
        ("GET /bot42%3Aabc/getMe", "GET /***/getMe"),
        ("postgresql+asyncpg://reader:x@db/news", "postgresql+asyncpg://reader:***@db/news"),
        ("at 12:30 the robot sent 5 of 10: ok", "at 12:30 the robot sent 5 of 10: ok"),
    ],
)
def test_tokens_and_passwords_in_addresses_are_masked_though_unknown(text: str, masked: str) -> None:
    assert Redactor([])(text) == masked


def test_libraries_that_write_addresses_or_messages_are_kept_quiet(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST ...")
    logging.getLogger("httpcore.connection").debug("connect ...")
    logging.getLogger("telegram.Bot").debug("Calling Bot API endpoint with parameters ...")
    logging.getLogger("aiosqlite").debug("executing ...")
    assert stream.getvalue() == ""


def test_json_lines_carry_time_level_logger_and_values() -> None:
    stream = io.StringIO()
    configure("INFO", "auto", (), stream)
    structlog.get_logger("bot.sender").info("sent", chat="ab12", took=0.5)
    logging.getLogger("alembic.runtime").warning("step %d of %d", 1, 2, extra={"revision": "0001"})
    logging.getLogger("bot").debug("too fine")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {"event": "sent", "chat": "ab12", "took": 0.5, "level": "info", "logger": "bot.sender"}
    assert (theirs["event"], theirs["revision"], theirs["logger"]) == ("step 1 of 2", "0001", "alembic.runtime")


def test_what_holds_for_a_while_is_in_the_lines_of_libraries_too(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(chat="ab12cd34ef"):
        structlog.get_logger("bot").info("ours")
        logging.getLogger("telegram.ext").warning("theirs")
    assert stream.getvalue().count("ab12cd34ef") == 2


def test_configuring_again_replaces_the_stream_even_for_loggers_already_used() -> None:
    first, second = io.StringIO(), io.StringIO()
    log = structlog.get_logger("bot.again")
    configure("INFO", "json", (), first)
    log.info("one")
    configure("INFO", "json", (), second)
    log.info("two")
    assert "one" in first.getvalue()
    assert "two" not in first.getvalue()
    assert "two" in second.getvalue()


def test_a_terminal_gets_the_console_form() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    configure("INFO", "auto", (TOKEN,), stream)
    structlog.get_logger("bot").info("hello", token=TOKEN)
    assert "\x1b[" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_a_chat_has_one_name_under_one_key_and_another_under_another() -> None:
    refs, others = ChatRefs(bytes(64)), ChatRefs(bytes([1]) * 64)
    assert refs(-1001234567890) == refs(-1001234567890)
    assert refs(-1001234567890) != others(-1001234567890)
    names = {refs(chat_id) for chat_id in range(1000)}
    assert len(names) == 1000
    assert all(len(name) == 10 and int(name, 16) >= 0 for name in names)


class FullDisk(io.StringIO):
    """Takes nothing."""

    def write(self, _text: str, /) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("broken", ["the disk", "the record"])
def test_what_cannot_be_logged_stops_nobody(fmt: str, broken: str) -> None:
    configure("DEBUG", fmt, SECRETS, FullDisk())
    structlog.get_logger("bot").error("first", error=ValueError("x"))
    if broken == "the disk":
        logging.getLogger("telegram").info("second")
    else:
        logging.getLogger("telegram").info("%d", "no number")
