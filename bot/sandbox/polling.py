"""Methods by which a bot gets its updates and leaves: getUpdates, webhooks, logOut, close."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.sandbox.errors import JSON, ApiError, bad_request
from bot.sandbox.params import Params
from bot.sandbox.world import World

MAX_TIMEOUT = 50
"""Seconds the server keeps a long poll waiting at most."""
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_PORTS = {"443", "80", "88", "8443"}
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(world: World, params: Params) -> Sequence[JSON]:
    """getUpdates: confirm by offset, then wait for news up to `timeout` seconds."""
    if world.webhook["url"]:
        raise ApiError(409, _WEBHOOK_ACTIVE)
    world.updates.allow(params.json("allowed_updates", "allowed updates"))
    offset = params.integer("offset")
    limit = params.integer("limit", 100)
    world.updates.confirm(offset, world.clock())
    timeout = min(max(params.integer("timeout"), 0), MAX_TIMEOUT)
    return await world.updates.poll(limit if 1 <= limit <= 100 else 100, timeout)


def set_webhook(world: World, params: Params) -> bool:
    """setWebhook: checked and remembered; the sandbox delivers by getUpdates only."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, params)
    match = re.fullmatch(r"https://[^/:\s]+(?::(\d+))?(?:/\S*)?", url)
    if match is None:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if match.group(1) and match.group(1) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = params.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.updates.allow(params.json("allowed_updates", "allowed updates"))
    world.updates.interrupt("Conflict: terminated by setWebhook request")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    world.webhook = {"url": url, "secret_token": secret, "max_connections": connections}
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """DeleteWebhook."""
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook = {"url": ""}
    return True


def get_webhook_info(world: World, params: Params) -> JSON:
    """GetWebhookInfo."""
    info = {name: value for name, value in world.webhook.items() if name != "secret_token"}
    return info | {"has_custom_certificate": False, "pending_update_count": len(world.updates)}


def log_out(world: World, params: Params) -> bool:
    """logOut: the token works no more here."""
    world.logged_out = True
    return True


def close(world: World, params: Params) -> bool:
    """Close."""
    return True
