"""What a phone says about itself reaches the office, and old unsent work becomes an alarm."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.kernel.clock import instant
from backend.office.phones import ALARM_AFTER_MS, find_alarms
from shared_schemas import office
from shared_schemas.devices import DeviceHealth, DeviceReport
from shared_schemas.sync import WIRE_VERSION
from tests.api.front_desk import DAY, NOW, OTHER_PHONE, PHONE, Desk, front_desk
from tests.api.office_world import (
    ANA,
    HOUR,
    OLD_PHONE,
    OLD_WRITER,
    ORG,
    WRITER,
    ZHOU,
    World,
    build,
    clerk,
    desk,
)
from tests.api.office_world import PHONE as ANAS_PHONE

ANAS_NUMBER, LINS_NUMBER = "13800000001", "13800000003"

CALM = DeviceReport(waiting_count=0, persisted=True, wire=WIRE_VERSION)


@pytest.fixture
async def front(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with front_desk(database_url, tmp_path) as one:
        yield one


def told(**given: Any) -> dict[str, Any]:
    return {"waiting_count": 0, "persisted": True, "wire": WIRE_VERSION, **given}


async def kept(front: Desk) -> list[Any]:
    return await front.database.rows("SELECT * FROM device_reports ORDER BY device_id")


async def test_report_is_kept_for_the_device_that_sends_it_the_latest_only(front: Desk) -> None:
    async with (
        front.signed_in(ANAS_NUMBER) as ana,
        front.signed_in(LINS_NUMBER, device=OTHER_PHONE) as lin,
    ):
        for waiting in (7, 3):
            reply = await ana.put("/api/devices/report", json=told(waiting_count=waiting))
            assert reply.status_code == 204
        assert (await lin.put("/api/devices/report", json=told())).status_code == 204
    rows = {row["device_id"]: row for row in await kept(front)}
    assert set(rows) == {PHONE, OTHER_PHONE}
    report = msgspec.json.decode(rows[PHONE]["content"], type=DeviceReport)
    assert (report.waiting_count, report.persisted) == (3, True)


async def test_wiped_store_stays_known_after_the_person_has_read_the_notice(front: Desk) -> None:
    async with front.signed_in(ANAS_NUMBER) as ana:
        await ana.put("/api/devices/report", json=told(wiped_lost_count=4))
        front.clock.advance(DAY)
        await ana.put("/api/devices/report", json=told())
    (row,) = await kept(front)
    assert (row["wiped_at"], row["wiped_lost_count"]) == (instant(NOW), 4)
    assert row["reported_at"] == instant(NOW + DAY)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"waiting_count": -1},
        {"waiting_count": "many"},
        {"waiting_count": 1, "free_bytes": 2**80},
        {"waiting_count": 1, "app_version": "x" * 10_000},
        {"waiting_count": 1, "clock_off_ms": 1.5},
        [],
    ],
)
async def test_report_that_is_none_is_refused_in_words(front: Desk, body: Any) -> None:
    async with front.signed_in(ANAS_NUMBER) as ana:
        reply = await ana.put("/api/devices/report", json=body)
        assert (reply.status_code, reply.json()["code"]) == (400, "request_invalid")
    assert await kept(front) == []


def health(report: DeviceReport, **given: Any) -> DeviceHealth:
    return DeviceHealth(reported_ms=NOW, report=report, **given)


def alarms_of(found: DeviceHealth | None, *, silent_ms: int = 0, in_use: bool = True) -> list[str]:
    return list(find_alarms(found, in_use=in_use, silent_ms=silent_ms, now_ms=NOW))


def test_PH5_alarm_begins_after_72_hours_and_not_before() -> None:
    def unsent(age_ms: int) -> list[str]:
        report = msgspec.structs.replace(CALM, waiting_count=1, oldest_waiting_ms=NOW - age_ms)
        return alarms_of(health(report))

    assert ALARM_AFTER_MS == 72 * HOUR
    assert unsent(72 * HOUR) == []
    assert unsent(72 * HOUR + 1) == ["unsent_old"]
    assert alarms_of(health(CALM), silent_ms=72 * HOUR) == []
    assert alarms_of(None, silent_ms=72 * HOUR + 1) == ["silent_long"]


def test_work_left_by_somebody_else_on_the_phone_is_an_alarm_too() -> None:
    others = msgspec.structs.replace(CALM, others_waiting_count=2, others_oldest_ms=NOW - 4 * DAY)
    assert alarms_of(health(others)) == ["unsent_old"]


def test_phone_shut_out_keeps_its_alarm_for_unsent_work_only() -> None:
    report = DeviceReport(
        waiting_count=None, oldest_waiting_ms=NOW - 4 * DAY, persisted=False, wire=1
    )
    found = health(report, wiped_ms=NOW, wiped_lost_count=1)
    assert alarms_of(found, silent_ms=5 * DAY, in_use=False) == ["unsent_old"]
    assert alarms_of(found, silent_ms=5 * DAY) == [
        "unsent_old", "silent_long", "wiped", "storage_trouble", "wire_old", "not_persisted",
    ]  # fmt: skip


def test_wipe_is_an_alarm_for_a_week() -> None:
    assert alarms_of(health(CALM, wiped_ms=NOW - 6 * DAY)) == ["wiped"]
    assert alarms_of(health(CALM, wiped_ms=NOW - 8 * DAY)) == []


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    made = await build(database_url)
    yield made
    await made.connection.close()


async def ask(client: Any, path: str, shape: Any) -> Any:
    reply = await client.get(f"/api/office/{path}")
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=shape)


async def test_office_sees_the_report_and_counts_the_phones_that_need_somebody(
    world: World, database_url: str
) -> None:
    await world.device(ANAS_PHONE, ANA, silent_ms=HOUR)
    await world.device(OLD_PHONE, ZHOU, silent_ms=80 * HOUR)
    await world.writer(WRITER, ANAS_PHONE, ANA)
    await world.writer(OLD_WRITER, OLD_PHONE, ZHOU)
    fine = msgspec.structs.replace(CALM, persisted=False)
    stale = msgspec.structs.replace(CALM, waiting_count=9, oldest_waiting_ms=NOW - 90 * HOUR)
    for device, person, report in ((ANAS_PHONE, ANA, fine), (OLD_PHONE, ZHOU, stale)):
        await world.put(
            "device_reports", organization_id=ORG, device_id=device, person_id=person,
            reported_at=instant(NOW - HOUR), content=msgspec.json.encode(report).decode(),
        )  # fmt: skip
    async with desk(database_url, clerk()) as client:
        today = await ask(client, "today", office.Today)
        devices = (await ask(client, "devices", office.DeviceList)).devices
    seen = {one.device: one for one in devices}
    assert seen[ANAS_PHONE].alarms == ("not_persisted",)
    assert seen[OLD_PHONE].alarms == ("unsent_old", "silent_long")
    assert seen[OLD_PHONE].health is not None
    assert seen[OLD_PHONE].health.report.waiting_count == 9
    assert today.phone_alarm_count == 1, "a phone that merely is not persisted calls nobody"
