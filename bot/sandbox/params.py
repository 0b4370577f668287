"""The parameters of a call: query string, form, multipart or JSON, read the lenient way the server reads them."""

from __future__ import annotations

import re
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import orjson

from bot.sandbox.errors import ApiError, bad_request

_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_INTEGER = re.compile(r"[+-]?\d+")


class Params(dict[str, Any]):
    """Values by name: strings, decoded JSON, or (file name, content type, bytes) for an upload."""

    def text(self, name: str) -> str:
        """Return a value as text; "" when absent."""
        value = self.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return orjson.dumps(value, default=_no_bytes).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """Return the leading integer of a value, 0 where there is none, `default` when absent."""
        text = self.text(name)
        if not text:
            return default
        match = _INTEGER.match(text)
        return int(match.group()) if match else 0

    def flag(self, name: str) -> bool:
        """Return whether a value is true, yes or 1."""
        return self.text(name).lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """Return a value decoded from JSON, None when absent; `ApiError` 400 "can't parse `what` JSON object"."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def upload(self, name: str) -> tuple[str, str, bytes] | None:
        """Return an uploaded file as (file name, content type, bytes), also by "attach://field"."""
        value = self.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.get(value.removeprefix("attach://"))
        return value if isinstance(value, tuple) else None


def _no_bytes(value: object) -> str:
    return str(type(value).__name__)


def read_params(query: bytes, content_type: str, body: bytes) -> Params:
    """Read a request's parameters; those of the body win over the query string."""
    params = Params(_read_form(query)) if query else Params()
    if not body:
        return params
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        params.update(_read_json(body))
    elif kind == "multipart/form-data":
        params.update(_read_multipart(content_type, body))
    elif kind == "application/x-www-form-urlencoded":
        params.update(_read_form(body))
    else:
        raise ApiError(400, "Bad Request: unsupported content type")
    return params


def _read_form(body: bytes) -> dict[str, str]:
    """Read name=value pairs; much faster than `urllib.parse.parse_qsl` on text that is mostly escapes."""
    form = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        name, _, value = (_ESCAPES.sub(_unescape, part) for part in pair.partition(b"="))
        form[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return form


def _unescape(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match.group().replace(b"%", b"").decode())


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return {
        name: orjson.dumps(item).decode() if isinstance(item, int | float | bool) else item
        for name, item in value.items()
        if item is not None
    }


def _read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    form: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        file_name = part.get_filename()
        form[str(name)] = (file_name, part.get_content_type(), data) if file_name else data.decode()
    return form
