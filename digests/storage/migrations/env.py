"""Run by alembic: migrates over the connection that `digests.storage.migrate` hands in."""

from alembic import context

from digests.storage.tables import metadata

# batch mode: SQLite cannot alter a column, so the table is copied
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
