"""What a bot tells about itself: command lists by scope and language, name and descriptions by language."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.errors import JSON, bad_request

MAX_COMMANDS = 100
LIMITS = {"name": 64, "description": 512, "short_description": 120}
"""Longest text of each, in characters."""
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")
_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip

Scope = tuple[Any, ...]


class Menus:
    """The bot's command menus and texts, keyed as set."""

    def __init__(self, name: str) -> None:
        self.commands: dict[tuple[Scope, str], list[JSON]] = {}
        self.texts: dict[tuple[str, str], str] = {("name", ""): name}

    def set_commands(self, commands: object, scope: Scope, language: str) -> None:
        """Set a command list. Raises `ApiError` 400 for a wrong name, description or too many."""
        if not isinstance(commands, list):
            raise bad_request("expected an Array of BotCommand")
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        cleaned = []
        for item in commands:
            if not isinstance(item, dict) or "command" not in item or "description" not in item:
                raise bad_request("can't parse BotCommand: expected an Object")
            command, description = str(item["command"]).removeprefix("/"), str(item["description"]).strip()
            if not _COMMAND.fullmatch(command):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
            cleaned.append({"command": command, "description": description})
        key = scope, checked_language(language)
        if cleaned:
            self.commands[key] = cleaned
        else:
            self.commands.pop(key, None)

    def menu(self, scopes: list[Scope], language: str) -> list[JSON]:
        """Return the list a person sees: the first scope that has one, in the language or without."""
        for scope in scopes:
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []

    def set_text(self, kind: str, text: str, language: str) -> None:
        """Set name, description or short_description; an empty text removes it."""
        if len(text) > LIMITS[kind]:
            raise bad_request(f"BOT_{'TITLE' if kind == 'name' else 'DESCRIPTION'}_TOO_LONG")
        key = kind, checked_language(language)
        if text:
            self.texts[key] = text
        else:
            self.texts.pop(key, None)

    def text(self, kind: str, language: str) -> str:
        """Return a text in the language, or the one without language."""
        return self.texts.get((kind, checked_language(language))) or self.texts.get((kind, ""), "")


def checked_language(code: str) -> str:
    """Return a two-letter language code or "", else raise `ApiError` 400."""
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def scope_key(scope: object) -> Scope:
    """Return a hashable scope from a decoded BotCommandScope (None = default)."""
    if scope is None:
        return ("default",)
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    values = []
    for name in _SCOPES[kind]:
        try:
            values.append(int(scope[name]))
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"can't parse BotCommandScope: invalid {name} specified") from None
    return (kind, *values)
