"""Phones and browsers as the office sees them: whose they are and since when they are silent."""

import json
from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.kernel.clock import milliseconds
from backend.office.names import People, load_people
from backend.office.scope import load_revision
from shared_schemas.office import DeviceList, DeviceSeen

SILENT_AFTER_MS = 24 * 3_600_000
"""A phone that has not been heard of for longer is named on the board.

Source: screens brief, office board (silent phones).
"""

_DEVICES = """
    SELECT d.id, d.label, d.person_id, d.first_seen, d.last_contact, d.revoked_at,
           coalesce(w.writers, 0) AS writers, coalesce(w.progress, '[]') AS progress
    FROM devices d
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
    return DeviceSeen(
        device=row["id"],
        label=row["label"],
        person=people.name(row["person_id"]),
        first_seen_ms=milliseconds(row["first_seen"]),
        last_contact_ms=last,
        silent_ms=max(0, now_ms - last),
        revoked=revoked,
        silent=not revoked and row["writers"] > 0 and now_ms - last > SILENT_AFTER_MS,
        writers=row["writers"],
        operations=received,
        missing=missing,
    )


def count_received(progress: str) -> tuple[int, int]:
    """Count the operations that came from a device's writers, and the gaps before the latest.

    Each writer is given by how far it is complete and what came beyond that.

    >>> count_received('[[3, "[5, 6]"]]')
    (5, 1)
    """
    received = missing = 0
    for contiguous, beyond in json.loads(progress):
        ahead = json.loads(beyond)
        received += contiguous + len(ahead)
        missing += max(ahead, default=contiguous) - contiguous - len(ahead)
    return received, missing
