"""The commands, who sees which, and how the bot describes itself in Telegram's own places."""

from __future__ import annotations

from enum import StrEnum

from bot.i18n import N_, gettext


class Scope(StrEnum):
    """Whom a menu or a help page is for."""

    READER_PRIVATE = "reader_private"
    GROUP = "group"  # members who may not change the chat's settings
    GROUP_ADMIN = "group_admin"
    EDITOR = "editor"
    OWNER = "owner"


COMMANDS = {
    "start": N_("What this bot is"),
    "subscribe": N_("Receive the digest here"),
    "unsubscribe": N_("Stop the digest here"),
    "digest": N_("What is new, now"),
    "latest": N_("The latest articles"),
    "missed": N_("What passed this chat by"),
    "schedule": N_("When the digest comes"),
    "language": N_("Language of the bot"),
    "channels": N_("Telegram channels quoted, with their labels"),
    "privacy": N_("What is stored and why"),
    "mydata": N_("What is stored about this chat"),
    "forgetme": N_("Delete what is stored about this chat"),
    "help": N_("How to use the bot"),
    "drafts": N_("Drafts that wait"),
    "articles": N_("Published articles"),
    "correct": N_("Correct an article in every message that shows it"),
    "retract": N_("Retract an article"),
    "stats": N_("Deliveries and subscriptions in numbers"),
    "deliveries": N_("How deliveries go, and what to try again"),
    "editors": N_("Who may post"),
}

_OPEN = ("digest", "latest", "channels", "help", "privacy")
_READER = (
    "digest", "latest", "missed", "subscribe", "unsubscribe", "schedule", "language",
    "channels", "help", "privacy", "mydata", "forgetme",
)  # fmt: skip
_EDITOR = ("drafts", "articles", "correct", "retract", "stats")
_OWNER = ("deliveries", "editors")

_SCOPES = {
    Scope.READER_PRIVATE: _READER,
    Scope.GROUP: _OPEN,
    Scope.GROUP_ADMIN: _READER,
    Scope.EDITOR: (*_EDITOR, *_READER),
    Scope.OWNER: (*_EDITOR, *_OWNER, *_READER),
}

_DESCRIPTION = N_(
    "A digest of conflict news you do not have to take on trust.\n\n"
    "Every line is copied word for word from a published article: its opening paragraph, the key quotes and who said "
    "them, the article's own caveats, and the Telegram channels it quotes, labelled alike for all sides.\n\n"
    "Choose your hours and your language. No names and no messages are stored."
)
_SHORT_DESCRIPTION = N_("Conflict news word for word: quotes, sources and caveats, at the hours you choose.")


def menu(scope: Scope, language: str) -> list[tuple[str, str]]:
    """Return (command, description) in the order of the menu, for `setMyCommands`."""
    return [(command, gettext(language, COMMANDS[command])) for command in _SCOPES[Scope(scope)]]


def description(language: str) -> str:
    """Return the text of an empty chat with the bot, at most 512 characters."""
    return gettext(language, _DESCRIPTION)


def short_description(language: str) -> str:
    """Return the text of the bot's profile, at most 120 characters."""
    return gettext(language, _SHORT_DESCRIPTION)
