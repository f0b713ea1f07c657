"""What phones say about themselves: kept per device, the latest only."""

import msgspec

from backend.directory.actors import Actor
from backend.kernel.clock import Clock, instant
from backend.kernel.database import Database
from shared_schemas.devices import DeviceReport

_KEEP_SQL = """
INSERT INTO device_reports (organization_id, device_id, person_id, reported_at, content,
                            wiped_at, wiped_lost_count)
VALUES ($1, $2, $3, $4::timestamptz, $5,
        CASE WHEN $6::bigint IS NULL THEN NULL ELSE $4::timestamptz END, $6)
ON CONFLICT (organization_id, device_id) DO UPDATE SET
    person_id = excluded.person_id, reported_at = excluded.reported_at,
    content = excluded.content,
    wiped_at = coalesce(excluded.wiped_at, device_reports.wiped_at),
    wiped_lost_count = coalesce(excluded.wiped_lost_count, device_reports.wiped_lost_count)
"""
"""A wipe stays known after the person has read the notice and the phone reports none any more."""


async def keep_report(database: Database, clock: Clock, actor: Actor, report: DeviceReport) -> None:
    """Put the report of the phone that is asking in place of its earlier one."""
    await database.run(
        _KEEP_SQL,
        actor.organization,
        actor.device,
        actor.person,
        instant(clock.now_ms()),
        msgspec.json.encode(report).decode(),
        report.wiped_lost_count,
    )
