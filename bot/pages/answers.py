"""Short answers: errors, alarms to the owners, notes and what buttons answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot import i18n
from bot.digest import clipped
from bot.i18n import N_
from bot.pages.words import keyed, why
from bot.rendering import plain, render
from digests.errors import DigestError

MAX_TOAST = 200  # Bot API, answerCallbackQuery


class Note(StrEnum):
    """Short messages without arguments, as a message (`Pages.note`) or the answer to a button (`Pages.toast`)."""

    UNKNOWN_INPUT = N_("I did not understand that. /help shows what I can do.")
    UNKNOWN_COMMAND = N_("There is no such command. /help shows what I can do.")
    EDITOR_UNKNOWN_INPUT = N_("To post an article, send its text. /help shows the rest.")
    NOT_ALLOWED = N_("That is not available to you.")
    ONLY_ADMINS = N_("Only administrators of this chat can change its settings.")
    NOT_SUBSCRIBED = N_("This chat does not receive the digest. /subscribe starts it.")
    NOTHING_MISSED = N_("Nothing passed you by. /digest shows what is new.")
    DELIVERY_PAUSED = N_("Delivery is paused for the moment. What you asked for comes as soon as it goes on.")
    NOTHING_DELIVERED = N_("Nothing has been delivered yet.")
    NOTHING_TO_RETRY = N_("There is nothing to try again.")
    NOTHING_PUBLISHED = N_("No articles have been published yet.")
    NO_DRAFTS = N_("No drafts wait.")
    OLD_BUTTON = N_("This button is out of date. Send the command again.")
    ALREADY_DONE = N_("Already done.")
    SAVED = N_("Saved.")
    LEFT_AS_IT_IS = N_("The article stays as it is.")
    WHICH_TO_CORRECT = N_("Which article? Write /correct and its number from /articles, or use the buttons there.")
    WHICH_TO_RETRACT = N_("Which article? Write /retract and its number from /articles, or use the buttons there.")
    KEPT = N_("Nothing was deleted.")
    SOMETHING_FAILED = N_("Something went wrong on our side. The operator has been told; please try again.")


class Answers:
    """What is said in a line or two, whoever asks."""

    def error(self, error: DigestError, *, language: str) -> str:
        """Say what was wrong and what to do, from the catalogue's ``error.<key>``."""
        return render("error", language, text=keyed("error", error.key, error.params, language))

    def alarm(self, key: str, params: Mapping[str, object], *, language: str) -> str:
        """Tell an owner what needs a person, from the catalogue's ``alarm.<key>``; a ``reason`` is put into words."""
        if "reason" in params:
            params = {**params, "reason": why(str(params["reason"]), language)}
        return render("alarm", language, text=keyed("alarm", key, params, language))

    def note(self, note: Note, *, language: str) -> str:
        """Render a short fixed message as HTML."""
        return render("note", language, text=i18n.gettext(language, note))

    def toast(self, what: Note | DigestError, *, language: str) -> str:
        """Return a note or an error as plain text, for the answer to a button (at most 200 characters)."""
        html = (
            self.error(what, language=language) if isinstance(what, DigestError) else self.note(what, language=language)
        )
        return clipped(plain(html), MAX_TOAST)
