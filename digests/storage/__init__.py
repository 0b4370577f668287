"""The database: the only SQL there is. `open_store` gives what `digests.ports.Store` promises."""

from digests.storage.engine import ProcessClaim, claim_process, exists
from digests.storage.keys import load_key, problems
from digests.storage.migrate import Schema, state, upgrade
from digests.storage.store import SqlStore, open_store, unlock

__all__ = [
    "ProcessClaim",
    "Schema",
    "SqlStore",
    "claim_process",
    "exists",
    "load_key",
    "open_store",
    "problems",
    "state",
    "unlock",
    "upgrade",
]
