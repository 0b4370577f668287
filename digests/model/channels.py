"""Channels of the registry, and how well an echo of one is attested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Proof(StrEnum):
    """How well an echo is attested, from sure to unsure."""

    EXACT_POST = "exact post"  # the article, or the editor, gave the post itself
    LINKED = "linked"  # the article links or names the handle
    KNOWN = "channel known"  # the owner is in the registry, the handle comes from there
    NOT_LISTED = "not listed"  # the article names an owner the registry does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One entry of the registry: a Telegram channel and what is known of it, with the source of the label.

    `key` is the handle in lower case. `designation` is empty unless the owner is designated by some
    authority; then the digest names and labels the owner but links nothing. `confirmed` is false where the
    handle rests on memory only: such a handle is not linked either.
    """

    key: str
    handle: str
    owner: str
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    affiliation: str
    country: str
    kind: str  # official, occupation, armed group, state media, media, monitor, journalist, blogger, unofficial
    party: bool  # speaks for a party to the conflict
    designation: str = ""
    note: str = ""
    source: str
    dated: date
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office held by a channel's owner, with its dates where known ("governor of Kharkiv region")."""

    title: str
    since: date | None = None
    until: date | None = None
