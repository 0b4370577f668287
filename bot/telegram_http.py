"""The Bot API transport: python-telegram-bot's `BaseRequest` over aiohttp.

What matters to the delivery ledger is whether a call that failed can have reached Telegram:

    telegram.error.NetworkError
    ├── NotSent        nothing left this machine (no connection, no free slot): repeat it freely
    └── TimedOut
        └── Ambiguous  the request was on its way (no answer, reset, garbled answer): it may have arrived

Any other `NetworkError` that is no `BadRequest` carries an HTTP status (5xx), so it may have arrived, too.
A form that is encoded already (`EncodedForm`, a fan-out's) goes out by `form_posts`, all else by aiohttp. There
the line between the two is drawn by aiohttp's trace of the request, not by the type of its exceptions: as soon
as the headers are handed to a connection, the call counts as sent. aiohttp repeats only idempotent methods by
itself; the Bot API is called by POST. No exception text holds the URL, for the URL holds the token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.form_posts import FormPosts, Unanswered, Unreached

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

_DNS_CACHE = 300  # seconds


class NotSent(NetworkError):
    """The call surely did not arrive: it failed before anything of it left."""


class Ambiguous(TimedOut):
    """The call may or may not have arrived: it left, but its answer did not come or cannot be read."""


@dataclass(frozen=True, slots=True)
class EncodedForm:
    """A call's parameters, URL-encoded already; given to `TelegramHTTP.post` in place of a `RequestData`."""

    body: bytes
    contains_files = False


class TelegramHTTP(BaseRequest):
    """A pool of at most `pool_size` connections to one Bot API server; one instance for calls, one for updates.

    Timeouts are seconds, None for no limit: `pool` for a free connection, `connect` to set a new one up
    (TLS included), `read` between two pieces of the answer, `write` and `media_write` to send the request
    (with files). The read timeout is long since a call given up while Telegram works on it is a call of
    unknown outcome. `proxy` is an HTTP proxy's address.
    """

    def __init__(
        self,
        *,
        pool_size: int = 64,
        pool: float | None = 5.0,
        connect: float | None = 10.0,
        read: float | None = 25.0,
        write: float | None = 10.0,
        media_write: float | None = 60.0,
        proxy: str | None = None,
    ) -> None:
        self._pool_size = pool_size
        self._pool = pool
        self._connect = connect
        self._read = read
        self._write = write
        self._media_write = media_write
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._form_posts: dict[str, FormPosts] = {}  # by URL

    @property
    def read_timeout(self) -> float | None:
        """The default read timeout in seconds; python-telegram-bot adds the long polling time to it."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool. Needs a running event loop; may be called again."""
        if self._session is not None and not self._session.closed:
            return
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_departure)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._pool_size, ttl_dns_cache=_DNS_CACHE),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=self._proxy,
            trace_configs=[trace],
        )

    async def shutdown(self) -> None:
        """Close all connections."""
        for posts in self._form_posts.values():
            posts.close()
        self._form_posts.clear()
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | EncodedForm | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return (HTTP status, body).

        Raises `NotSent` or `Ambiguous`. Redirects are not followed: they would carry the token elsewhere.
        """
        if self._session is None or self._session.closed:
            raise NotSent("the transport is not open")
        if isinstance(request_data, EncodedForm) and self._proxy is None:
            return await self._post_form(url, request_data)
        departure = SimpleNamespace(left=False)
        data, headers = _body(request_data)
        has_files = request_data is not None and request_data.contains_files
        timeout = _timeout(
            method,
            pool=_chosen(pool_timeout, self._pool),
            connect=_chosen(connect_timeout, self._connect),
            write=_chosen(write_timeout, self._media_write if has_files else self._write),
            read=_chosen(read_timeout, self._read),
        )
        try:
            async with self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                trace_request_ctx=departure,
            ) as response:
                return _answer(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as caught:
            reason = _reason(caught)
        # raised outside the handler: the cause's text may hold the URL
        raise (Ambiguous if departure.left else NotSent)(reason)

    async def _post_form(self, url: str, form: EncodedForm) -> tuple[int, bytes]:
        try:
            return _answer(*await self._posts_to(url).post(form.body))
        except Unreached as caught:
            failure: NetworkError = NotSent(str(caught))
        except Unanswered as caught:
            failure = Ambiguous(str(caught))
        raise failure

    def _posts_to(self, url: str) -> FormPosts:
        if url not in self._form_posts:
            answer = None if self._write is None or self._read is None else self._write + self._read
            self._form_posts[url] = FormPosts(
                url,
                limit=self._pool_size,
                pool=self._pool,
                connect=self._connect,
                answer=answer,
                agent=self.USER_AGENT,
            )
        return self._form_posts[url]

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Parse an answer's body. Raises `Ambiguous` if it is not one of the Bot API."""
        parsed: Any = None
        try:
            parsed = orjson.loads(payload)
        except orjson.JSONDecodeError:
            parsed = _parse_leniently(payload)
        if not isinstance(parsed, dict) or not parsed.keys() & {"result", "description", "error_code"}:
            raise Ambiguous("the server's answer cannot be read")
        return parsed


def _parse_leniently(payload: bytes) -> Any:
    """Take what orjson refuses though servers send it: lone surrogates, huge numbers, broken UTF-8."""
    try:
        return json.loads(payload.decode("utf-8", "replace"))
    except ValueError:
        return None


async def _note_departure(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.left = True


def _body(request_data: RequestData | EncodedForm | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str]]:
    if request_data is None:
        return None, {}
    if isinstance(request_data, EncodedForm):
        return request_data.body, {"Content-Type": "application/x-www-form-urlencoded"}
    if not request_data.contains_files:
        encoded = request_data.url_encoded_parameters().encode("ascii")
        return encoded, {"Content-Type": "application/x-www-form-urlencoded"}
    # the Bot API takes file names as they are: percent signs would be shown to people
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form, {}


def _chosen(given: ODVInput[float], default: float | None) -> float | None:
    return default if given is BaseRequest.DEFAULT_NONE else given  # type: ignore[return-value]


def _timeout(
    method: str, *, pool: float | None, connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """Put the four phases into aiohttp's words.

    Its `connect` covers waiting for the pool, too. It knows no write timeout, so a call as a whole may take
    the sum of its phases; a download may take longer as long as pieces of it keep coming.
    """
    reach = None if pool is None or connect is None else pool + connect
    whole = None
    if method == "POST" and reach is not None and write is not None and read is not None:
        whole = reach + write + read
    return aiohttp.ClientTimeout(total=whole, connect=reach, sock_connect=connect, sock_read=read)


def _answer(status: int, body: bytes) -> tuple[int, bytes]:
    """Drop error pages that are not the Bot API's: a proxy's may repeat the URL, and they end up in exceptions."""
    if status >= 300 and not body.lstrip().startswith(b"{"):
        return status, b""
    return status, body


def _reason(error: BaseException) -> str:
    """Describe an aiohttp failure without its own text, save for connect errors, which name only the host."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{type(error).__name__}: {error.os_error}"
    return type(error).__name__
