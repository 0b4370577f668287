"""From due subscriptions to delivered messages: `planning` fills the ledger, `worker` empties it."""

from digests.delivery.planning import Planned, ask, latest, missed, plan, plan_urgent
from digests.delivery.retry import RetryPolicy
from digests.delivery.ticker import run_planner
from digests.delivery.worker import Worker

__all__ = ["Planned", "RetryPolicy", "Worker", "ask", "latest", "missed", "plan", "plan_urgent", "run_planner"]
