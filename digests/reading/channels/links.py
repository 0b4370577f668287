"""Telegram links and handles as they stand in a text: which public channel, and which post of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# Words that stand where a channel's name would but never are one (TDLib's LinkManager).
_RESERVED = """
addemoji addlist addstickers addtheme auth bg boost call c confirmphone contact giftcode i invoice iv joinchat
login m msg nft proxy s setlanguage share socks telegrampassport web a k z www stickers start home tour
tos privacy faq apps blog press
"""
RESERVED = frozenset(_RESERVED.split())
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_HOSTS = ("t.me", "telegram.me", "telegram.dog", "tg://")  # where none of these stands, there is no link
_HOST = r"(?:(?:https?:)?//)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)(?::80|:443)?"
_PATH = re.compile(
    rf"(?<![\w.@/=-]){_HOST}/(?:s/|%73/)?(?P<name>{_NAME})(?![\w+-])(?:/(?P<first>\d{{1,12}}))?(?:/(?P<second>\d{{1,12}}))?/?"
    r"(?P<query>\?[\w=&%.+-]{0,200})?",
    re.IGNORECASE,
)
_SUBDOMAIN = re.compile(
    rf"(?<![\w.@/=-])(?:https?://)?(?P<name>{_NAME})\.t\.me(?![\w.-])(?:/(?P<first>\d{{1,12}}))?(?P<second>(?!))?",
    re.IGNORECASE,
)
_TG = re.compile(r"\btg://resolve\?(?P<query>[\w=&%.+-]{1,200})", re.IGNORECASE)
_HANDLE = re.compile(rf"(?<![\w@./])@(?P<name>{_NAME})(?![\w@])")
_DOMAIN = re.compile(rf"(?:^|&)domain=(?P<name>{_NAME})(?:&|$)", re.IGNORECASE)
_POST = re.compile(r"(?:^|&)post=(?P<post>\d{1,12})(?:&|$)", re.IGNORECASE)


class Address(NamedTuple):
    """A public channel's handle (without "@") as written in `span`, and the number of the post, if linked."""

    span: Span
    handle: str
    post: int | None = None


def links_in(text: str) -> Iterator[Address]:
    """Yield the links to public channels in `text`: t.me and its sister hosts, name.t.me, tg://resolve.

    Private links (``/c/…``, ``/+…``, joinchat), shares and other reserved words are no channels. In a forum's
    ``/name/topic/post`` the last number is the post.
    """
    low = text.lower()
    if not any(host in low for host in _HOSTS):
        return
    for match in _PATH.finditer(text):
        if match["name"].lower() not in RESERVED:
            yield _address(match, match["name"], match["second"] or match["first"])
    for match in _SUBDOMAIN.finditer(text):
        if match["name"].lower() not in RESERVED:
            yield _address(match, match["name"], match["first"])
    for match in _TG.finditer(text):
        domain, post = _DOMAIN.search(match["query"]), _POST.search(match["query"])
        if domain and domain["name"].lower() not in RESERVED:
            yield _address(match, domain["name"], post["post"] if post else None)


def handles_in(text: str) -> Iterator[Address]:
    """Yield every ``@handle`` that has the form of a Telegram user name; whose platform it is the text must tell."""
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield _address(match, match["name"], None)


def _address(match: re.Match[str], handle: str, post: str | None) -> Address:
    return Address(Span(*match.span()), handle, int(post) if post and int(post) else None)
