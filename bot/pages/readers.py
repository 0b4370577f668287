"""What readers see beside the digest: the welcome, their subscription and data, the channels that are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bot import i18n
from bot.digest import DigestComposer
from bot.keyboards import ROWS_A_PAGE
from bot.menu import Scope, menu
from bot.pages.words import why
from bot.rendering import render
from digests.data import Registry
from digests.model import Channel, Subscription

_SUBSCRIPTIONS_SHOWN = 8


class ReaderPages(DigestComposer):
    """What readers see, the digest included. `retention_days` is told to them; the rest as `DigestComposer`."""

    def __init__(self, channels: Registry, *, name: str, link_designated: bool, retention_days: int) -> None:
        super().__init__(channels, name=name, link_designated=link_designated)
        self._retention_days = retention_days

    def start(self, *, language: str, scope: Scope, subscribed: bool = False) -> str:
        """Welcome someone: what this is and the next step."""
        return render("start", language, name=self._name, scope=scope, subscribed=subscribed)

    def help(self, *, language: str, scope: Scope) -> str:
        """List the commands of `scope` with a word on how to use them."""
        return render("help", language, scope=scope, commands=menu(scope, language))

    def privacy(self, *, language: str) -> str:
        """Say what is stored, why, for how long, and how to delete it."""
        return render("privacy", language, days=self._retention_days)

    def my_data(self, subscriptions: Sequence[Subscription], *, language: str) -> str:
        """Show everything stored of a chat."""
        shown = subscriptions[:_SUBSCRIPTIONS_SHOWN]
        reasons = [why(subscription.reason, language) for subscription in shown]
        more = len(subscriptions) - len(shown)
        return render("mydata", language, subscriptions=shown, reasons=reasons, more=more)

    def forget_confirm(self, *, language: str) -> str:
        """Ask before deleting."""
        return render("forget", language, done=False, count=0)

    def forgotten(self, count: int, *, language: str) -> str:
        """Confirm that `count` subscriptions and all that belonged to them are deleted."""
        return render("forget", language, done=True, count=count)

    def subscribed(self, subscription: Subscription, *, language: str) -> str:
        """Confirm a new subscription with its schedule and first digest."""
        return render("subscribed", language, subscription=subscription, how="new")

    def already_subscribed(self, subscription: Subscription, *, language: str) -> str:
        """Say that the chat is subscribed already, and when the next digest comes."""
        return render("subscribed", language, subscription=subscription, how="already")

    def revived(self, subscription: Subscription, *, language: str) -> str:
        """Say that a stopped or paused subscription goes on."""
        return render("subscribed", language, subscription=subscription, how="revived")

    def unsubscribed(self, *, language: str) -> str:
        """Confirm the end of a subscription."""
        return render("unsubscribed", language, days=self._retention_days)

    def schedule(self, subscription: Subscription, *, language: str) -> str:
        """Show the schedule, the next digest's time, and how to change them by typing."""
        reason = why(subscription.reason, language)
        return render("schedule", language, subscription=subscription, reason=reason)

    def choose_language(self, *, language: str) -> str:
        """Ask for a language; after the choice, the same page in the new one."""
        return render("language", language)

    def channels(self, echoed: Sequence[tuple[Channel, int]], *, language: str) -> str:
        """List one page (at most `ROWS_A_PAGE`) of quoted channels with their labels, source and date."""
        shown = echoed[:ROWS_A_PAGE]
        rows = [(channel, self.listed(channel, language), count) for channel, count in shown]
        sources = [i18n.label(language, channel.source) for channel, _ in shown]
        return render("channels", language, rows=rows, sources=sources)

    def channel_added(self, title: str, *, language: str) -> str:
        """Tell the administrator who added the bot to a channel (or group) what to do next."""
        return render("channel_added", language, title=title[:100])

    def paused(self, reason: str, *, language: str, title: str = "") -> str:
        """Tell an administrator that a chat's digest waits, and what would let it go on."""
        return render("paused", language, reason=why(reason, language), title=title[:100])
