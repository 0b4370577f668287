import base64
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from digests.errors import WrongKey
from digests.storage import load_key, open_store, problems, unlock
from digests.storage.types import Sealer, seal_with

KEY = bytes(range(64))
OTHER_KEY = bytes(range(1, 65))


def test_a_missing_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret.key"
    key = load_key(None, file)
    assert len(key) == 64
    assert load_key(None, file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert problems(file) == []


def test_two_new_keys_are_not_alike(tmp_path: Path) -> None:
    assert load_key(None, tmp_path / "1") != load_key(None, tmp_path / "2")


def test_the_setting_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    assert load_key(base64.b64encode(KEY).decode(), file) == load_key(KEY, file) == KEY
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"short").decode(), "é" * 88])
def test_a_malformed_key_is_refused_with_advice(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(text)
    with pytest.raises(WrongKey, match="malformed_key") as caught:
        load_key(None, file)
    assert "64 random bytes" in str(caught.value.params["advice"])
    with pytest.raises(WrongKey, match="malformed_key"):
        load_key(text or "x", file)


def test_a_key_file_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongKey, match="key_file") as caught:
        load_key(None, tmp_path / "file" / "secret.key")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_key_file_others_can_read_is_a_problem_to_tell(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    load_key(None, file)
    file.chmod(0o644)
    assert len(load_key(None, file)) == 64
    [problem] = problems(file)
    assert "chmod 600" in problem
    assert problems(tmp_path / "none") == []


async def test_a_database_is_refused_with_another_key(url: URL, open_: Any) -> None:
    await open_(KEY)
    with pytest.raises(WrongKey, match="wrong_key") as caught:
        await open_(OTHER_KEY)
    assert "Put back the key" in str(caught.value.params["advice"])
    await open_(KEY)


async def test_no_new_key_is_made_for_a_database_that_had_one(url: URL, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    key = await unlock(url, None, file)
    await (await open_store(url, key)).close()
    assert await unlock(url, None, file) == key
    file.unlink()
    with pytest.raises(WrongKey, match="key_lost"):
        await unlock(url, None, file)
    assert not file.exists()
    assert await unlock(url, key, file) == key


async def test_a_new_database_gets_a_new_key(empty_url: URL, tmp_path: Path) -> None:
    assert len(await unlock(empty_url, None, tmp_path / "secret.key")) == 64


async def test_what_another_key_sealed_is_never_read_wrongly(world: Any) -> None:
    """Even if the check in the database were forged."""
    stored = await world.subscription(5)
    seal_with(world.store._reader, Sealer(OTHER_KEY))
    async with world.store.read() as tx:
        with pytest.raises(WrongKey):
            await tx.subscriptions.get(stored.id)


async def test_two_databases_with_two_keys_in_one_process_do_not_mix(world: Any, tmp_path: Path) -> None:
    other = await open_store(f"sqlite+aiosqlite:///{tmp_path}/other.db", OTHER_KEY)
    try:
        for round_ in range(3):
            for store in (world.store, other):
                async with store.begin() as tx:
                    await tx.editors.add(round_, by=1, now=world.at(0))
                async with store.read() as tx:
                    assert await tx.editors.all() == set(range(round_ + 1))
    finally:
        await other.close()
