"""Passwords are kept so that reading the database gives nobody's."""

import pytest

from backend.directory import passwords
from backend.directory.passwords import (
    hash_now,
    hash_password,
    one_time_password,
    verify_password,
)

COST = 2**4


async def test_right_password_is_recognised_and_wrong_ones_are_not() -> None:
    stored = await hash_password("老周的密码", COST)
    assert await verify_password("老周的密码", stored, COST)
    assert not await verify_password("老周的密码 ", stored, COST)
    assert "老周" not in stored


async def test_same_password_is_stored_differently_each_time() -> None:
    assert hash_now("one", COST) != hash_now("one", COST)


async def test_parameters_stand_in_the_hash_so_old_ones_still_open() -> None:
    stored = hash_now("one", COST)
    assert stored.startswith("scrypt$16$8$1$")
    assert await verify_password("one", stored, COST * 4)


@pytest.mark.parametrize(
    "stored", ["", "scrypt", "scrypt$16$8$1$x$y", "scrypt$a$8$1$AA==$AA==", "md5$1$1$1$AA==$AA=="]
)
async def test_broken_hash_is_nobodys_password(stored: str) -> None:
    assert not await verify_password("", stored, COST)


async def test_unknown_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[int] = []
    real = passwords._key

    def counted(password: str, wanted: passwords._Stored) -> bytes:
        costs.append(wanted.cost)
        return real(password, wanted)

    monkeypatch.setattr(passwords, "_key", counted)
    stored = hash_now("one", COST)
    await verify_password("two", stored, COST)
    await verify_password("two", None, COST)
    assert costs == [COST, COST, COST]


def test_one_time_passwords_are_long_and_never_look_alike() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 12 and not set(one) & set("0o1il") for one in made)
