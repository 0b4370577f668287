"""Templates to Telegram HTML: one Jinja environment a language, with autoescape, strict names, dates and plurals."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import jinja2
from babel.support import Translations
from markupsafe import Markup

from bot import i18n

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@cache
def environment(language: str) -> jinja2.Environment:
    """Return the environment that renders ``templates/`` in one of `i18n.LANGUAGES`."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bot"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    _install(made, i18n.translations(language))
    made.globals["language"] = language
    made.filters |= {
        "day": lambda value: i18n.day(value, language),
        "full_day": lambda value: i18n.full_day(value, language),
        "clock": lambda value: i18n.clock(value, language),
        "local": i18n.local,
        "weekdays": lambda value: i18n.weekdays(value, language),
        "listed": lambda value: i18n.listed(list(value), language),
        "quoted": lambda value, within: quoted(value, within),
        "isolated": isolated,
        "own_name": i18n.own_name,
        "number": lambda value: i18n.number(value, language),
    }
    return made


def _install(made: jinja2.Environment, translations: Translations) -> None:
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]


def render(page: str, language: str, **values: object) -> str:
    """Render ``templates/<page>.html.j2`` and trim the blank ends."""
    return environment(language).get_template(f"{page}.html.j2").render(values).strip()


def quoted(words: str, article_language: str) -> Markup:
    """Set quotation marks around words in the style of the article's language."""
    opening, closing = ("«", "»") if article_language in ("uk", "ru") else ("“", "”")
    return Markup("{}{}{}").format(opening, words, closing)


def isolated(text: str | Markup) -> str | Markup:
    """Keep a right-to-left name from turning its neighbours around (Unicode isolates); other text as it is."""
    return Markup("\u2068{}\u2069").format(text) if _RIGHT_TO_LEFT.search(text) else text


def plain(html: str) -> str:
    """Return Telegram HTML as plain text with the addresses of its links: a handle's alone, another after its words."""
    return unescape(_TAG.sub("", _LINK.sub(lambda link: _address(link[1], link[2]), html)))


def _address(url: str, words: str) -> str:
    return url if words.startswith("@") else f"{words} ({url})"
