"""Words that pages take from the catalogue by a key: reasons, states, errors, alarms."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from bot import i18n
from bot.digest import LABEL_UNITS, clipped
from digests.model import DeliveryState

_REASONS_SHOWN = 12


def why(reason: str, language: str) -> str:
    """Put the key of a reason into words; one that the catalogue does not hold is shown as it is."""
    key = f"reason.{reason}"
    words = i18n.gettext(language, key) if reason else ""
    return reason.replace("_", " ") if words == key else words


def commonest(reasons: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    """Return the commonest reasons why something was not sent, in words."""
    return [
        (why(reason, language), count)
        for reason, count in sorted(reasons.items(), key=lambda each: -each[1])[:_REASONS_SHOWN]
    ]


def in_words(states: Mapping[DeliveryState, int], language: str) -> list[tuple[str, int]]:
    """Return the states that have rows, in words."""
    found = [(state, states.get(state, 0)) for state in DeliveryState]
    return [(i18n.gettext(language, f"delivery.{state}"), count) for state, count in found if count]


def keyed(group: str, key: str, params: Mapping[str, object], language: str) -> Markup:
    """Fill the catalogue's ``group.key``; a key it does not hold is shown as it is, a missing value as "…".

    With a suggestion among `params`, the message that holds it is the one with ``_similar`` at its end.
    """
    wanted = f"{group}.{key}_similar" if params.get("suggestion") else f"{group}.{key}"
    words = i18n.gettext(language, wanted)
    if words == wanted:
        words, params = i18n.gettext(language, f"{group}.unknown"), {"key": key}
    filled = _Lenient({name: clipped(str(value), LABEL_UNITS) for name, value in params.items()})
    return Markup(words) % filled  # noqa: S704 - the catalogue is ours; `%` escapes what it fills in


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
