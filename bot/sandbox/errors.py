"""The one error the sandbox raises: an answer of the Bot API that is not `ok`."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]


class ApiError(Exception):
    """A refused call: HTTP status `code`, `description` as the real server words it, optional `parameters`."""

    def __init__(self, code: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> JSON:
        """Return the JSON body the Bot API answers with."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(what: str, parameters: JSON | None = None) -> ApiError:
    """400: the request cannot be done; `what` follows "Bad Request: "."""
    return ApiError(400, f"Bad Request: {what}", parameters)


def forbidden(what: str) -> ApiError:
    """403: the bot may not; `what` follows "Forbidden: "."""
    return ApiError(403, f"Forbidden: {what}")


def flood(retry_after: int) -> ApiError:
    """429: too many requests, with the whole seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
