"""The bot's languages: catalogues compiled from ``locale/*/LC_MESSAGES/messages.po``, dates and times by Babel.

English words are their own message ids, so the English catalogue holds only what is looked up by a key
(``error.…``, ``reason.…``, ``alarm.…``, and the states). Labels of the registry have the context ``label``.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from importlib import resources
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

LANGUAGES = ("en", "uk", "ru")
DEFAULT = "en"
LABEL = "label"


def N_(message: str) -> str:  # noqa: N802 - the extractor's usual name for "translate later"
    """Mark a message for the catalogue."""
    return message


def supported(code: str | None, default: str = DEFAULT) -> str:
    """Return the language to speak for an IETF tag as Telegram gives it ("uk", "pt-br", None)."""
    primary = (code or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else default


@cache
def translations(language: str) -> Translations:
    """Return the compiled catalogue of one of `LANGUAGES`."""
    source = resources.files("bot").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(language: str, message: str) -> str:
    """Translate one message; an unknown one comes back as it is."""
    return str(translations(language).ugettext(message))


def label(language: str, words: str) -> str:
    """Translate a registry label; one that is not in the catalogue comes back as it is."""
    return str(translations(language).upgettext(LABEL, words))


def number(value: int, language: str) -> str:
    """Format a whole number with its groups of thousands ("1,203")."""
    return format_decimal(value, locale=language)


def own_name(language: str) -> str:
    """Return what speakers call their language ("Українська")."""
    name = Locale.parse(language).get_display_name() or language
    return name[:1].upper() + name[1:]


def local(moment: datetime, zone: str) -> datetime:
    """Return an aware time as the clock of an IANA zone shows it."""
    return moment.astimezone(ZoneInfo(zone))


def day(value: date, language: str) -> str:
    """Format a date without its weekday ("11 September 2022")."""
    return format_date(value, "d MMMM y", locale=language)


def full_day(value: date, language: str) -> str:
    """Format a date with its weekday, as a heading ("Sunday, 11 September 2022")."""
    text = format_date(value, "EEEE, d MMMM y", locale=language)
    return text[:1].upper() + text[1:]


def clock(value: time, language: str) -> str:
    """Format a clock time on 24 hours ("08:00")."""
    return format_time(value, "HH:mm", locale=language)


def weekday(number: int, language: str) -> str:
    """Return the short name of a weekday, Monday is 0."""
    return str(get_day_names("abbreviated", "stand-alone", locale=language)[number])


def listed(words: list[str], language: str) -> str:
    """Join words as a list ("a, b and c")."""
    return format_list(words, locale=language)


def weekdays(numbers: frozenset[int], language: str) -> str:
    """Describe a set of weekdays ("every day", "Mon–Fri", "Mon, Wed")."""
    if len(numbers) == 7:
        return gettext(language, N_("every day"))
    names = [weekday(number, language) for number in sorted(numbers)]
    if len(numbers) > 2 and max(numbers) - min(numbers) == len(numbers) - 1:
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)
