"""Reads an article: text in, `Reading` out. Pure."""
