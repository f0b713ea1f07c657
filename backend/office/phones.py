"""Phones and browsers as the office sees them: whose they are and since when they are silent."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.kernel.clock import milliseconds
from backend.office.names import People, load_people
from backend.office.scope import load_revision
from backend.sync.spans import count_counters, read_spans
from shared_schemas.devices import DeviceAlarm, DeviceHealth, DeviceReport
from shared_schemas.office import DeviceList, DeviceSeen
from shared_schemas.sync import WIRE_VERSION

SILENT_AFTER_MS = 24 * 3_600_000
"""A phone that has not been heard of for longer is named on the board.

Source: screens brief, office board (silent phones).
"""

ALARM_AFTER_MS = 72 * 3_600_000
"""Work that lies unsent for longer, or a phone silent for longer, needs somebody.

Source: sync issue, phone doctor (amber 24 h, red and office alarm 72 h).
"""

DIFFERED_TOLD_MS = 7 * 24 * 3_600_000
"""So long it stays an alarm that a phone's copies were not what the server has."""

WIPE_TOLD_MS = 7 * 24 * 3_600_000
"""So long a wiped store stays an alarm."""

QUIET_ALARMS: frozenset[DeviceAlarm] = frozenset({"not_persisted", "wire_old"})
"""Shown beside the phone, and no reason by themselves to call anybody."""

_REPORT = msgspec.json.Decoder(DeviceReport)

_DEVICES = """
    SELECT d.id, d.label, d.person_id, d.first_seen, d.last_contact, d.revoked_at,
           r.reported_at, r.content AS report, r.wiped_at, r.wiped_lost_count,
           (SELECT count(*) FROM scope_alarms a
             WHERE a.organization_id = $1 AND a.device_id = d.id) AS scope_alarms,
           (SELECT max(a.at) FROM scope_alarms a
             WHERE a.organization_id = $1 AND a.device_id = d.id) AS differed_at,
           coalesce(w.writers, 0) AS writers, coalesce(w.progress, '[]') AS progress
    FROM devices d
    LEFT JOIN device_reports r ON r.organization_id = $1 AND r.device_id = d.id
    LEFT JOIN LATERAL (
        SELECT count(*) AS writers,
               json_agg(json_build_array(p.contiguous, p.beyond)) FILTER (WHERE p.id IS NOT NULL)
               ::text AS progress
        FROM writers b
        LEFT JOIN writer_progress p ON p.organization_id = $1 AND p.id = b.id
        WHERE b.organization_id = $1 AND b.device_id = d.id
    ) w ON true
    WHERE d.organization_id = $1
      AND EXISTS (
          SELECT 1 FROM memberships m
          WHERE m.organization_id = $1 AND m.person_id = d.person_id
            AND (m.site_id = ANY($2::text[]) OR $3)
      )
    ORDER BY d.last_contact, d.id
"""
"""Devices whose person holds a role at a site where the right holds."""


async def load_devices_seen(connection: Any, actor: Actor, *, now_ms: int) -> DeviceList:
    """Read the devices of the people at the sites where this person sees devices.

    Raises: not_allowed.
    """
    actor.require("see_devices")
    return DeviceList(
        revision=await load_revision(connection, actor.organization),
        devices=await _load(connection, actor, now_ms=now_ms),
    )


async def load_silent_phones(
    connection: Any, actor: Actor, *, now_ms: int
) -> tuple[DeviceSeen, ...]:
    """Read the phones in use that are silent too long; nothing without the right to see them."""
    if not actor.may("see_devices"):
        return ()
    found = await _load(connection, actor, now_ms=now_ms)
    return tuple(device for device in found if device.silent)


async def count_phone_alarms(connection: Any, actor: Actor, *, now_ms: int) -> int:
    """Count the phones that somebody should look after; silence alone is counted apart."""
    if not actor.may("see_devices"):
        return 0
    found = await _load(connection, actor, now_ms=now_ms)
    quiet = QUIET_ALARMS | {"silent_long"}
    return sum(1 for device in found if set(device.alarms) - quiet)


async def _load(connection: Any, actor: Actor, *, now_ms: int) -> tuple[DeviceSeen, ...]:
    rows = await connection.fetch(
        _DEVICES,
        actor.organization,
        list(actor.sites_with("see_devices")),
        actor.may_everywhere("see_devices"),
    )
    people = await load_people(connection, actor.organization, (row["person_id"] for row in rows))
    return tuple(_device(row, people, now_ms=now_ms) for row in rows)


def _device(row: Mapping[str, Any], people: People, *, now_ms: int) -> DeviceSeen:
    last = milliseconds(row["last_contact"])
    revoked = row["revoked_at"] is not None
    received, missing = count_received(row["progress"])
    health = _health(row)
    in_use = not revoked and row["writers"] > 0
    return DeviceSeen(
        device=row["id"],
        label=row["label"],
        person=people.name(row["person_id"]),
        first_seen_ms=milliseconds(row["first_seen"]),
        last_contact_ms=last,
        silent_ms=max(0, now_ms - last),
        revoked=revoked,
        silent=in_use and now_ms - last > SILENT_AFTER_MS,
        writers=row["writers"],
        operations=received,
        missing=missing,
        scope_alarms=row["scope_alarms"],
        alarms=_alarms(row, health, in_use=in_use, silent_ms=now_ms - last, now_ms=now_ms),
        health=health,
    )


def _alarms(
    row: Mapping[str, Any],
    health: DeviceHealth | None,
    *,
    in_use: bool,
    silent_ms: int,
    now_ms: int,
) -> tuple[DeviceAlarm, ...]:
    """Name a phone's alarms; that its copies differed is the server's own word, not the phone's."""
    alarms = list(find_alarms(health, in_use=in_use, silent_ms=silent_ms, now_ms=now_ms))
    differed = row["differed_at"]
    if in_use and differed and now_ms - milliseconds(differed) < DIFFERED_TOLD_MS:
        alarms.append("scope_differs")
    return tuple(alarms)


def _health(row: Mapping[str, Any]) -> DeviceHealth | None:
    if row["report"] is None:
        return None
    wiped = row["wiped_at"]
    return DeviceHealth(
        reported_ms=milliseconds(row["reported_at"]),
        report=_REPORT.decode(row["report"]),
        wiped_ms=milliseconds(wiped) if wiped else None,
        wiped_lost_count=row["wiped_lost_count"],
    )


def find_alarms(
    health: DeviceHealth | None, *, in_use: bool, silent_ms: int, now_ms: int
) -> Iterator[DeviceAlarm]:
    """Name why somebody should look after a phone, the most pressing first.

    What was unsent at the last report counts as unsent until the phone says otherwise: a phone
    that fell silent with work on it is the very case. A phone shut out or never used has no alarm
    but unsent work.

    Units: milliseconds.
    """
    report = health.report if health else None
    if report and any(
        since is not None and now_ms - since > ALARM_AFTER_MS
        for since in (report.oldest_waiting_ms, report.others_oldest_ms)
    ):
        yield "unsent_old"
    if in_use and silent_ms > ALARM_AFTER_MS:
        yield "silent_long"
    if health is None or report is None or not in_use:
        return
    if health.wiped_ms is not None and now_ms - health.wiped_ms < WIPE_TOLD_MS:
        yield "wiped"
    if report.storage_problem or report.waiting_count is None:
        yield "storage_trouble"
    if report.wire < WIRE_VERSION:
        yield "wire_old"
    if report.persisted is False:
        yield "not_persisted"


def count_received(progress: str) -> tuple[int, int]:
    """Count the operations that came from a device's writers, and the gaps before the latest.

    Each writer is given by how far it is complete and what came beyond that.

    >>> count_received('[[3, "[5, 6]"]]')
    (5, 1)
    """
    received = missing = 0
    for contiguous, beyond in json.loads(progress):
        ahead = read_spans(beyond)
        came = count_counters(ahead)
        received += contiguous + came
        missing += (ahead[-1][1] if ahead else contiguous) - contiguous - came
    return received, missing
