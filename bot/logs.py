"""Logging: one stream, structured, for our own and the libraries' records alike, with every secret masked.

Masking works on the finished line, so it covers messages, arguments, exception texts and tracebacks whatever
library wrote them. Chats appear in logs only by `ChatRefs`: what is logged while an update is worked on says `chat=`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote, quote_plus

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

_MASK = "***"
_SHORTEST = 4  # a shorter secret would mask ordinary text; in URLs `_PATTERNS` still covers it
_PATTERNS = (
    (re.compile(r"(?<![\w-])(bot)?\d{5,}:[\w-]{20,}|\bbot\d+(:|%3A)[\w-]+", re.ASCII | re.IGNORECASE), _MASK),
    (re.compile(r"(?<=://)([^\s/:@'\"]*):[^\s/@'\"]+@"), rf"\1:{_MASK}@"),  # user:password@host
)

# What libraries may say at most: below these levels they write request URLs, message texts or chat ids.
_FLOORS = {
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "telegram": logging.INFO,
    "uvicorn.access": logging.WARNING,
}
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "sqlalchemy")  # may bring their own


class Redactor:
    """Masks the given secrets, as they are and as URLs, JSON and ``repr`` write them, and all bot tokens."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                forms |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1]}
                forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """Return `text` with every secret replaced by ``***``."""
        if self._known is not None:
            text = self._known.sub(_MASK, text)
        for pattern, mask in _PATTERNS:
            text = pattern.sub(mask, text)
        return text


class ChatRefs:
    """Names chats in logs: the same chat has the same name, and nobody without the data key can tell which.

    HMAC-SHA256 under a key derived from `key` for this purpose only, cut to ten hex digits.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"conflict-digest/log-reference/1", hashlib.sha256)

    def __call__(self, chat_id: int) -> str:
        """Return the name of the chat, ten hex digits."""
        return hmac.digest(self._key, str(chat_id).encode("ascii"), hashlib.sha256).hex()[:10]


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redact: Redactor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say where a record could not be written; the usual report would print its arguments unmasked.

        Never raises: on a full disk this fails, too, and whoever logged something must go on.
        """
        with suppress(OSError, ValueError):  # ValueError: the stream is closed
            self.stream.write(f"a record of {record.name} could not be logged ({record.pathname}:{record.lineno})\n")


def configure(level: str, fmt: str, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send all logging of the process to `stream` (standard error by default), masked.

    `level` is a standard level's name; `fmt` is "console", "json" or "auto" (console on a terminal, else JSON);
    `secrets` must not appear in any line. Uncaught exceptions are logged too. May be called again.
    """
    stream = stream or sys.stderr
    console = fmt == "console" or (fmt == "auto" and stream.isatty())
    common: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler(stream)
    handler.setFormatter(
        _Formatter(
            Redactor(secrets),
            foreign_pre_chain=[*common, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(console, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, floor in _FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _renderers(console: bool, stream: TextIO) -> list[structlog.types.Processor]:
    if console:
        # the plain formatter: rich tracebacks show local variables
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=repr)]


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("the process ends by an error", exc_info=(kind, error, trace))


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        crash = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger("bot").critical("a thread ends by an error", exc_info=crash)
