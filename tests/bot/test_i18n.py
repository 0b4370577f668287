"""The three languages: everything said is translated, whole and well-formed; dates, plurals, menus."""

from __future__ import annotations

import ast
import re
from datetime import date
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot
import digests
from bot import i18n, menu
from bot.i18n import LANGUAGES
from bot.menu import Scope
from bot.rendering import environment
from digests import errors
from digests.data import registry

TRANSLATED = [language for language in LANGUAGES if language != "en"]
ROOT = Path(bot.__file__).parent
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@cache
def catalogue(language: str) -> Catalog:
    source = resources.files("bot").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    with source.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def said() -> frozenset[str | tuple[str, ...]]:
    """Return every message of the code and the templates."""
    return frozenset(
        message
        for _, _, message, _, _ in extract_from_dir(
            ROOT,
            method_map=[("sandbox/**", "ignore"), ("**.py", "python"), ("templates/**.j2", "jinja2.ext:babel_extract")],
            options_map={"templates/**.j2": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}},
            keywords={"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)},
        )
    )


def keyed() -> set[str]:
    return {message.id for message in catalogue("en") if message.id}


def forms(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def tags(text: str) -> list[str]:
    found: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found.append(tag)

        def handle_endtag(self, tag: str) -> None:
            found.append(f"/{tag}")

    Tags().feed(text)
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_said_is_translated(language: str):
    known = {message.id for message in catalogue(language) if all(forms(message.string)) and not message.context}
    assert len(said()) > 100
    assert {message for message in said() if message not in known} == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_is_not_said(language: str):
    ours = {message.id for message in catalogue(language) if message.id and not message.context}
    assert ours - said() == keyed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy_or_in_the_wrong_number_of_forms(language: str):
    for message in catalogue(language):
        assert not message.fuzzy or not message.id
        if message.pluralizable:
            assert len(message.string) == 3


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_every_placeholder_and_tag(language: str):
    english = {message.id: message.string for message in catalogue("en")}
    for message in catalogue(language):
        if message.id:
            original = forms(english.get(message.id) or message.id)[-1]
            for form in forms(message.string):
                assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(original)), form
                assert sorted(tags(form)) == sorted(tags(original)), form
                commands = re.findall(r"(?<![\w<])/[a-z]+\b", original)
                assert sorted(re.findall(r"(?<![\w<])/[a-z]+\b", form)) == sorted(commands), form


def keys_raised() -> set[str]:
    """Return the catalogue keys of every alarm and error a person can cause, as the code names them outright."""
    kinds = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    groups = {name: "error" for name, kind in kinds.items() if not issubclass(kind, errors.StorageError)}
    groups |= {"raise_": "alarm", "_warn": "alarm"}
    found = set()
    for root in (ROOT, Path(digests.__file__).parent):
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    found.add(f"{groups.get(name)}.{node.args[0].value}")
    return {key for key in found if not key.startswith("None.")}


def test_every_error_and_alarm_the_code_names_is_worded():
    assert {"error.empty", "alarm.halted"} <= keys_raised()
    assert keys_raised() - keyed() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_label_of_the_registry_is_translated(language: str):
    known = {message.id for message in catalogue(language) if message.context == i18n.LABEL and message.string}
    labels = {label for channel in registry() for label in (channel.affiliation, channel.designation, channel.source)}
    assert labels - {""} - known == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_labels_are_worded_alike_for_all_sides(language: str):
    ukraine, russia = (i18n.label(language, f"Government of {name}") for name in ("Ukraine", "Russia"))
    assert ukraine.split()[0] == russia.split()[0]
    assert i18n.label(language, "a label nobody translated") == "a label nobody translated"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1 article", "2 articles", "5 articles", "11 articles", "21 articles", "22 articles", "112 articles"]),
        ("uk", ["1 стаття", "2 статті", "5 статей", "11 статей", "21 стаття", "22 статті", "112 статей"]),
        ("ru", ["1 статья", "2 статьи", "5 статей", "11 статей", "21 статья", "22 статьи", "112 статей"]),
    ],
)
def test_plurals_follow_the_language(language: str, expected: list[str]):
    template = environment(language).from_string('{{ ngettext("%(num)s article", "%(num)s articles", count) }}')
    assert [template.render(count=count) for count in (1, 2, 5, 11, 21, 22, 112)] == expected


def test_dates_are_written_as_the_language_writes_them():
    day = date(2031, 5, 4)
    assert [i18n.full_day(day, language) for language in LANGUAGES] == [
        "Sunday, 4 May 2031",
        "Неділя, 4 травня 2031",
        "Воскресенье, 4 мая 2031",
    ]


@pytest.mark.parametrize(
    ("tag", "language"), [("uk", "uk"), ("ru-RU", "ru"), ("pt_BR", "en"), ("EN-gb", "en"), (None, "en"), ("", "en")]
)
def test_the_language_spoken_is_the_nearest_we_have(tag: str | None, language: str):
    assert i18n.supported(tag) == language


def test_an_unknown_language_falls_to_the_operators_choice():
    assert i18n.supported("de", "uk") == "uk"


def test_languages_name_themselves():
    assert [i18n.own_name(language) for language in LANGUAGES] == ["English", "Українська", "Русский"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(range(7), "every day"), (range(5), "Mon–Fri"), ((5, 6), "Sat, Sun"), ((0, 2, 4), "Mon, Wed, Fri"), ((3,), "Thu")],
)
def test_weekdays_are_said_shortly(days: tuple[int, ...], words: str):
    assert i18n.weekdays(frozenset(days), "en") == words


# -- menus -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", Scope)
def test_menus_are_within_telegrams_limits(scope: Scope, language: str):
    commands = menu.menu(scope, language)
    assert len(commands) == len(dict(commands)) <= 100
    for command, words in commands:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
        assert 1 <= len(words) <= 256


def test_readers_never_see_the_commands_of_editors_nor_editors_those_of_owners():
    seen = {scope: {command for command, _ in menu.menu(scope, "en")} for scope in Scope}
    staff = {"drafts", "articles", "stats", "editors"}
    for scope in (Scope.READER_PRIVATE, Scope.GROUP, Scope.GROUP_ADMIN):
        assert not seen[scope] & staff
    assert "editors" not in seen[Scope.EDITOR]
    assert staff <= seen[Scope.OWNER]
    assert not seen[Scope.GROUP] & {"subscribe", "schedule", "forgetme"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptions_fit_telegrams_places(language: str):
    assert 0 < len(menu.description(language)) <= 512
    assert 0 < len(menu.short_description(language)) <= 120
