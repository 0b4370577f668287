"""Everything that knows Telegram, HTTP serving and the terminal."""
