"""Faults to order: a list of rules consulted at every call, the first that fits happens.

    faults.error(403, "Forbidden: bot was blocked by the user", chat=anna)
    faults.flood(3, method="sendMessage", times=1)
    faults.reset(method="sendMessage", times=1, processed=True)   # delivered, but the answer is lost

Every rule takes `method` (None = any but getUpdates), `chat` (an id or anything with `.id`; None = any),
`times` (None = for ever), `skip` (let so many fitting calls pass first) and `processed` (do the call before the
fault strikes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.sandbox.errors import JSON, ApiError, flood
from bot.sandbox.params import Params

Kind = Literal["error", "flood", "http", "malformed", "truncated", "hang", "reset", "delay"]
HTML_ERROR = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


class HasId(Protocol):
    """A chat, a user or an actor."""

    @property
    def id(self) -> int:
        """The Telegram id."""


@dataclass
class Fault:
    """One rule; `used` counts how often it struck, `since` is when it first did (Unix seconds)."""

    kind: Kind
    method: str | None = None
    chat: int | None = None
    times: int | None = None
    skip: int = 0
    processed: bool = False
    error: ApiError | None = None
    status: int = 502
    seconds: float = 0.0
    used: int = 0
    since: float | None = None

    def fits(self, method: str, params: Params) -> bool:
        """Whether the rule strikes this call; counts calls let pass."""
        if self.times is not None and self.used >= self.times:
            return False
        if self.method is None and method == "getupdates":
            return False
        if self.method is not None and self.method.lower() != method:
            return False
        if self.chat is not None and params.text("chat_id") != str(self.chat):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.used += 1
        return True

    def left(self, now: float) -> float:
        """Return how many of its seconds are left, the first call's being the first of them."""
        self.since = now if self.since is None else self.since
        return self.since + self.seconds - now


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def match(self, method: str, params: Params) -> Fault | None:
        """Return the rule that strikes a call of `method` (lower case), if any."""
        for rule in self.rules:
            if rule.fits(method, params):
                return rule
        return None

    def clear(self) -> None:
        """Call all faults off."""
        self.rules.clear()

    def error(self, code: int, description: str, parameters: JSON | None = None, **when: Any) -> Fault:
        """Answer with this error."""
        return self._add("error", error=ApiError(code, description, parameters), **when)

    def flood(self, retry_after: int, **when: Any) -> Fault:
        """Answer 429 with `retry_after` seconds."""
        return self._add("error", error=flood(retry_after), **when)

    def halt(self, seconds: float, **when: Any) -> Fault:
        """Answer 429 with the time that is left, until `seconds` after the first call that this strikes."""
        return self._add("flood", seconds=seconds, **when)

    def http(self, status: int = 502, **when: Any) -> Fault:
        """Answer a bare HTTP error with an HTML page, as a proxy does."""
        return self._add("http", status=status, **when)

    def malformed(self, **when: Any) -> Fault:
        """Answer 200 with JSON that breaks off."""
        return self._add("malformed", **when)

    def truncated(self, **when: Any) -> Fault:
        """Answer 200 and close the connection in the middle of the body."""
        return self._add("truncated", **when)

    def hang(self, **when: Any) -> Fault:
        """Never answer."""
        return self._add("hang", **when)

    def reset(self, **when: Any) -> Fault:
        """Reset the connection."""
        return self._add("reset", **when)

    def delay(self, seconds: float, **when: Any) -> Fault:
        """Answer as usual, but only after `seconds`; with processed=True the call is done at once."""
        return self._add("delay", seconds=seconds, **when)

    def _add(self, kind: Kind, *, chat: int | HasId | None = None, **when: Any) -> Fault:
        chat_id = chat if chat is None or isinstance(chat, int) else chat.id
        rule = Fault(kind, chat=chat_id, **when)
        self.rules.append(rule)
        return rule
