"""One open transaction as the table groups see it: statements in, rows out, driver errors translated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from digests.errors import StorageError
from digests.storage import driver
from digests.storage.failures import driver_errors
from digests.storage.types import Sealer, sealer_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import CursorResult, Executable, Row, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from digests.storage.prepared import Prepared


class Session:
    """A transaction on one connection. `writing` is false for a snapshot, which refuses to write.

    `failure` is the last error of a statement: such a transaction is not committed, even if somebody caught the
    error (PostgreSQL would roll back without a word, SQLite would commit the rest).
    """

    def __init__(self, connection: AsyncConnection, *, writing: bool) -> None:
        self._connection = connection
        self.writing = writing
        self.failure: StorageError | None = None
        self.postgres = connection.dialect.name == "postgresql"

    @property
    def sealer(self) -> Sealer:
        """What opens sealed ids in the rows of `run`."""
        return sealer_of(self._connection.dialect)

    async def execute(
        self, statement: Executable, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement, once or for each of `rows`. Raises StorageError."""
        try:
            with driver_errors():
                return await self._connection.execute(statement, rows)
        except StorageError as error:
            self.failure = error
            raise

    async def run(
        self, *statements: tuple[Prepared, Mapping[str, Any]], last: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        """Run prepared statements, each with its values by name; returns the rows of each. Raises StorageError.

        On SQLite they take one trip to the connection's thread; so does the commit, if they are the `last` of the
        transaction.
        """
        bound = [statement.bind(self._connection.dialect, values) for statement, values in statements]
        try:
            with driver_errors():
                if self.postgres:
                    results = [await self._connection.exec_driver_sql(sql, values) for sql, values in bound]
                    return [[tuple(row) for row in each] if each.returns_rows else [] for each in results]
                return await driver.of(self._connection.sync_connection).run(bound, commit=last)
        except StorageError as error:
            self.failure = error
            raise

    async def commit(self) -> None:
        """Commit what was done, if anything. Raises StorageError."""
        with driver_errors():
            if self._connection.in_transaction():
                await self._connection.commit()
            elif not self.postgres:  # SQLAlchemy knows nothing of what `run` began
                await driver.of(self._connection.sync_connection).commit()

    async def all(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return all rows of a statement, whose parameters may be given as `values`. Raises StorageError."""
        return (await self.execute(statement, values)).all()

    async def first(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, None if there is none. Raises StorageError."""
        return (await self.execute(statement)).first()

    async def scalar(self, statement: Executable) -> Any:
        """Return the first column of the first row, None if there is none. Raises StorageError."""
        row = await self.first(statement)
        return None if row is None else row[0]

    async def changed(self, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
        """Run one statement, with parameters if given, and return how many rows it wrote. Raises StorageError."""
        # kept, for the driver's cursor is closed by now
        return (await self.execute(statement.execution_options(preserve_rowcount=True), values)).rowcount

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT, which both engines spell alike."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    def locking(self, statement: Select[Any]) -> Select[Any]:
        """In a unit of work, lock what `statement` reads until its end; SQLite has one writer anyway."""
        return statement.with_for_update() if self.writing else statement
