"""Everything that knows Telegram, HTTP serving and the terminal."""

import os

# python-telegram-bot then gives waiting times as `timedelta`; else every 429 comes with a deprecation warning.
os.environ["PTB_TIMEDELTA"] = "true"
