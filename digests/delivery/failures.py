"""How the tasks that must go on log what went wrong."""

from __future__ import annotations

import structlog

from digests.errors import StorageError

log = structlog.get_logger()


def log_failure(event: str, error: Exception, **details: object) -> None:
    """Log a database that cannot be used in one line (it will be tried again and again), all else with its trace."""
    if isinstance(error, StorageError):
        log.error(event, error=error.key, **details)
    else:
        log.error(event, exc_info=error, **details)
