"""The list of handlers is complete: whatever a menu or a button offers is answered."""

from __future__ import annotations

from bot import menu
from bot.actions import Name
from bot.handlers import BUTTONS, COMMANDS
from bot.handlers.gate import Who
from bot.menu import Scope


def test_every_command_of_a_menu_has_a_handler() -> None:
    assert set(COMMANDS) == set(menu.COMMANDS)


def test_every_button_has_a_handler() -> None:
    assert set(BUTTONS) == set(Name)


def test_no_menu_offers_what_its_readers_may_not_do() -> None:
    offered = {
        Scope.READER_PRIVATE: {Who.ANYONE, Who.SETTINGS},
        Scope.GROUP: {Who.ANYONE},
        Scope.GROUP_ADMIN: {Who.ANYONE, Who.SETTINGS},
        Scope.EDITOR: {Who.ANYONE, Who.SETTINGS, Who.EDITOR},
        Scope.OWNER: set(Who),
    }
    for scope, allowed in offered.items():
        for command, _ in menu.menu(scope, "en"):
            assert COMMANDS[command][0] in allowed, (scope, command)
