"""Statements run for every few messages, compiled once an engine.

Values go in and rows come out as the driver has them: SQLAlchemy's own handling of a statement costs more than SQLite
needs to run it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, Text, bindparam, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, ColumnElement, Executable, Select, Subquery
    from sqlalchemy.engine import Dialect

_Convert = Callable[[Any], Any]


class Compiled(NamedTuple):
    """SQL, and what becomes of its parameters."""

    sql: str
    names: tuple[str, ...]  # of the parameters, in the order the driver wants them
    constants: Mapping[str, Any]
    converters: Mapping[str, _Convert]


class Prepared:
    """What `build` returns for SQLite (False) or PostgreSQL (True), ready for the driver."""

    def __init__(self, build: Callable[[bool], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        """Return it as that engine takes it."""
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._build(dialect.name == "postgresql"), dialect)
        return self._compiled[dialect.name]

    def bind(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters, in the driver's order, for these values by name."""
        sql, names, constants, converters = self.compiled(dialect)
        given = {name: converters[name](value) if name in converters else value for name, value in values.items()}
        given |= constants
        return sql, tuple([given[name] for name in names])


def _compile(statement: Executable, dialect: Dialect) -> Compiled:
    compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    converters, constants = {}, {}
    for name, parameter in compiled.binds.items():
        convert = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if not parameter.required:
            constants[name] = convert(parameter.value) if convert else parameter.value
        elif convert:
            converters[name] = convert
    return Compiled(str(compiled), tuple(compiled.positiontup), constants, converters)


def given_ids(*, postgres: bool, only_if: ColumnElement[bool] | None = None) -> Select[tuple[int]]:
    """The parameter ``ids`` (see `listed`) as a column; none of them unless `only_if`, which is asked once."""
    ids: ColumnElement[str] = bindparam("ids", type_=Text)
    if only_if is not None:
        ids = case((only_if, ids), else_=literal_column("'[]'"))
    if postgres:
        return select(cast(func.jsonb_array_elements_text(cast(ids, JSONB)).column_valued("given"), BigInteger))
    return select(func.json_each(ids).table_valued("value").c.value)


def given_pairs(column: Column[Any], *, postgres: bool) -> Subquery:
    """The parameter ``pairs`` (see `paired`) as a table of ``id`` and that column."""
    pairs = bindparam("pairs", type_=Text)
    if postgres:
        each = func.jsonb_each_text(cast(pairs, JSONB)).table_valued("key", "value").c
        value: ColumnElement[Any] = cast(each.value, column.type)
    else:
        each = func.json_each(pairs).table_valued("key", "value").c
        value = each.value
    return select(cast(each.key, BigInteger).label("id"), value.label(column.name)).subquery("given")


def listed(ids: Iterable[int]) -> str:
    """Return ids as the parameter that `given_ids` reads."""
    return orjson.dumps(list(ids)).decode()


def paired(values: Mapping[int, int | None]) -> str:
    """Return values by id as the parameter that `given_pairs` reads."""
    return orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS).decode()
