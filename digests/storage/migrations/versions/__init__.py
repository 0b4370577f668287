"""Revisions. One that was released is never changed again."""
