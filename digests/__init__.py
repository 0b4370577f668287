"""The domain: reads articles, composes digests, keeps the ledger. Imports no Telegram and no web framework."""
