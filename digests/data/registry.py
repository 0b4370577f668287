"""The channel registry: which Telegram channel belongs to whom, and how an article's words find it."""

from __future__ import annotations

import calendar
import tomllib
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from digests.model import Channel, Office
from digests.reading.names import bare, fold_word, is_title, plain, same_person
from digests.reading.organisations import Telling, country_words, ending, telling

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

KINDS = frozenset(
    ("official", "occupation", "armed group", "state media", "media", "monitor", "journalist", "blogger", "unofficial")
)
_TEXTS = ("handle", "owner", "affiliation", "country", "kind", "source")
_AREA = frozenset((fold_word("region"),))  # "governor of Kharkiv", "governor of Kharkiv region"
_HEAD, _GOVERNOR = frozenset((fold_word("head"),)), frozenset((fold_word("governor"),))
_ADMINISTRATION = frozenset(map(fold_word, ("state", "military", "administration")))
_OF = frozenset(("to", "for", "of", "at", "from", "by"))
_KNOWN = {*_TEXTS, "aliases", "offices", "party", "designation", "note", "dated", "confirmed"}


class RegistryError(ValueError):
    """The registry's file breaks its rules; the message names the row and what is wrong with it."""


class Registry:
    """An immutable set of channels, found by key, handle, or the owner's name as an article writes it."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        """Index `channels`. Raises RegistryError if two share a handle."""
        self._channels = tuple(channels)
        self._by_key = {channel.key: channel for channel in self._channels}
        if len(self._by_key) < len(self._channels):
            raise RegistryError("two channels of the registry share a handle")
        self._names: dict[frozenset[str], list[tuple[Channel, frozenset[str]]]] = defaultdict(list)
        self._people: dict[str, list[tuple[Channel, str]]] = defaultdict(list)
        self._offices: dict[frozenset[str], list[tuple[Channel, frozenset[str], Office]]] = defaultdict(list)
        told: set[str] = {*_AREA}
        for channel in self._channels:
            for name in (channel.owner, *channel.aliases):
                words, countries = telling(name)
                self._names[words].append((channel, countries))
                told |= words
                if not countries and len(bare(name)) <= 2 and _is_person(channel):
                    self._people[fold_word(bare(name)[-1])].append((channel, name))
                    told |= ending(name)
            for office in channel.offices:
                words, countries = telling(office.title)
                self._offices[words - _AREA].append((channel, countries, office))
                told |= words
        self._told = frozenset(told)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._channels)

    def __len__(self) -> int:
        return len(self._channels)

    def by_key(self, key: str) -> Channel | None:
        """Return the channel with this key (its handle in lower case)."""
        return self._by_key.get(key)

    def by_handle(self, handle: str) -> Channel | None:
        """Return the channel with this handle, with or without "@", in any case."""
        return self._by_key.get(handle.removeprefix("@").lower())

    def may_end(self, word: str) -> bool:
        """Tell whether a name that `match` finds may end with `word`: asked first, as most phrases are no owner's."""
        return ending(word) <= self._told

    def match(self, name: str, *, countries: Container[str] | None = None, on: date | None = None) -> Channel | None:
        """Return the one channel whose owner `name` names, None if there is none or more than one.

        In order: the name of an organisation or person in any spelling and word order; a person with titles, or
        by the surname alone where the registry allows that; an office ("the Kharkiv governor") held on the day
        `on`, or, if that is None, still held. `countries` are the countries (ISO 3166) the article speaks of: an
        organisation named without its country counts only if its own is among them; None: any.
        """
        key = telling(name)
        if not key.words:
            return None
        return self._named(name, key, countries) or self._person(name) or self._office(key, on)

    def holders(self, role: str, *, on: date | None = None) -> tuple[Channel, ...]:
        """Return the channels of the persons whose office is called by a word: "president" of what holds one."""
        word = fold_word(role)
        return tuple(
            channel
            for channel in self._channels
            if any(
                fold_word(office.title.partition(" of ")[0]) == word and _held(office, on) for office in channel.offices
            )
        )

    def _named(self, name: str, key: Telling, countries: Container[str] | None) -> Channel | None:
        found: dict[str, Channel] = {}
        entries = self._names.get(key.words, ())
        for channel, named in entries:
            if key.countries:
                fits = channel.country in key.countries or named == key.countries
            elif named:
                fits = False
            else:
                generic = any(other is channel and where for other, where in entries)
                fits = not generic or countries is None or channel.country in countries
            if fits and (len(key.words) > 1 or _spelt(name, channel)):
                found[channel.key] = channel
        return _only(found)

    def _person(self, name: str) -> Channel | None:
        words = _person_words(name)
        if not words:
            return None
        wanted = " ".join(words)
        found = {
            channel.key: channel
            for channel, alias in self._people.get(fold_word(words[-1]), ())
            if (len(words) == 1) == (len(bare(alias)) == 1) and same_person(wanted, alias)
        }
        return _only(found)

    def _office(self, key: Telling, on: date | None) -> Channel | None:
        found = self._holder(key.words - _AREA, key, on)
        if found is None and key.words >= _HEAD | _AREA:
            # "head of the Kharkiv region", "head of Kharkiv's regional military administration": who is its governor
            found = self._holder((key.words - _HEAD - _AREA - _ADMINISTRATION) | _GOVERNOR, key, on)
        return found

    def _holder(self, words: frozenset[str], key: Telling, on: date | None) -> Channel | None:
        found = {
            channel.key: channel
            for channel, countries, office in self._offices.get(words, ())
            if _held(office, on)
            and (countries == key.countries or (not countries and key.countries <= {channel.country}))
        }
        return _only(found)


def linkable(channel: Channel, *, link_designated: bool = False) -> bool:
    """Tell whether a digest may link `channel`: confirmed, and not designated unless the operator allows that."""
    return channel.confirmed and (link_designated or not channel.designation)


def load(source: str) -> Registry:
    """Return the registry written in `source` (TOML, see channels.toml). Raises RegistryError."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"the registry is not valid TOML: {error}") from error
    rows = data.get("channel", [])
    if not isinstance(rows, list):
        raise RegistryError("the registry's rows must be written as [[channel]]")
    channels = [_channel(number, row, data.get("dated")) for number, row in enumerate(rows, start=1)]
    return Registry(channels)


def _channel(number: int, row: dict[str, Any], dated: object) -> Channel:
    where = f"channel {number} ({row.get('handle') or 'no handle'})"
    for key in _TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise RegistryError(f"{where}: {key} must be a text that is not empty")
    if unknown := sorted(set(row) - _KNOWN):
        raise RegistryError(f"{where}: unknown key {unknown[0]}")
    if row["kind"] not in KINDS:
        raise RegistryError(f"{where}: kind must be one of {', '.join(sorted(KINDS))}")
    if not isinstance(row.get("party"), bool):
        raise RegistryError(f"{where}: party must be true or false")
    handle = row["handle"]
    if not (handle.isascii() and handle.replace("_", "").isalnum() and handle[0].isalpha()):
        raise RegistryError(f"{where}: handle may hold letters, digits and _ only, without @")
    day = row.get("dated", dated)
    if not isinstance(day, date):
        raise RegistryError(f"{where}: dated must be a date like 2026-11-22")
    aliases = row.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and plain(alias) for alias in aliases):
        raise RegistryError(f"{where}: aliases must be a list of names")
    return Channel(
        key=handle.lower(),
        handle=handle,
        owner=row["owner"],
        aliases=tuple(aliases),
        offices=tuple(_office(where, office) for office in row.get("offices", [])),
        affiliation=row["affiliation"],
        country=row["country"],
        kind=row["kind"],
        party=row["party"],
        designation=row.get("designation", ""),
        note=row.get("note", ""),
        source=row["source"],
        dated=day,
        confirmed=bool(row.get("confirmed", True)),
    )


def _office(where: str, row: Any) -> Office:
    if not isinstance(row, dict) or not isinstance(row.get("title"), str) or set(row) - {"title", "since", "until"}:
        raise RegistryError(f"{where}: an office has a title, and may have since and until")
    try:
        since = _day(row["since"], last=False) if "since" in row else None
        until = _day(row["until"], last=True) if "until" in row else None
    except (TypeError, ValueError) as error:
        raise RegistryError(f"{where}: since and until are written YYYY, YYYY-MM or YYYY-MM-DD") from error
    return Office(title=row["title"], since=since, until=until)


def _day(written: str, *, last: bool) -> date:
    """Return the first or last day of a year, month or day written as YYYY, YYYY-MM or YYYY-MM-DD."""
    year, month, day, *rest = [*map(int, written.split("-")), 0, 0]
    if rest[2:]:
        raise ValueError(written)
    month = month or (12 if last else 1)
    return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))


def _held(office: Office, on: date | None) -> bool:
    if on is None:
        return office.until is None
    return (office.since is None or office.since <= on) and (office.until is None or on <= office.until)


def _only(found: dict[str, Channel]) -> Channel | None:
    return next(iter(found.values())) if len(found) == 1 else None


def _is_person(channel: Channel) -> bool:
    """Tell whether the channel is one person's: an office, a person's trade, or the surname alone as an alias."""
    surname = fold_word(_last(channel.owner))
    return (
        bool(channel.offices)
        or channel.kind in ("journalist", "blogger")
        or any(fold_word(alias) == surname for alias in channel.aliases)
    )


def _person_words(name: str) -> list[str]:
    """Return the given name and surname, or the surname alone, that end `name`; nothing if that is not plain.

    "Kharkiv governor Olena Hryshko" gives both, "aide to President Hryshko" nothing: that is another person.
    """
    words = list(plain(name))
    last_title = max((at for at, word in enumerate(words[:-1]) if is_title(word)), default=-1)
    if any(word in _OF for word in words[: max(0, last_title)]):
        return []
    rest = [word for word in words[last_title + 1 :] if fold_word(word) not in country_words()]
    if last_title >= 0:
        return rest[-2:]
    return rest if len(rest) <= 3 else []


def _spelt(name: str, channel: Channel) -> bool:
    """Tell whether a name of one telling word is the owner's own and not its feminine or masculine twin."""
    last = _last(name)
    names = [_last(alias) for alias in (channel.owner, *channel.aliases)]
    return any(same_person(last, alias) for alias in names if alias.isascii() == last.isascii())


def _last(name: str) -> str:
    return (bare(name) or ("",))[-1]
