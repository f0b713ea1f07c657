"""The phones and browsers that people signed in on: seeing them, and shutting one out."""

from typing import Any

from backend.directory.actors import Actor
from backend.kernel.clock import Clock, instant, milliseconds
from backend.kernel.database import Database
from backend.kernel.log import log
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.session import DeviceRegister, DeviceView

_LIST_SQL = """
SELECT d.id, d.label, d.person_id, p.name_zh, p.name_en, d.first_seen, d.last_contact,
       d.app_version, d.revoked_at,
       d.revoked_at IS NULL AND EXISTS (
           SELECT 1 FROM sessions s WHERE s.organization_id = d.organization_id
           AND s.device_id = d.id AND s.ended_at IS NULL AND s.expires_at > $4
           AND ($3 OR s.person_id = $2)) AS signed_in
FROM devices d
JOIN people p ON p.organization_id = d.organization_id AND p.id = d.person_id
WHERE d.organization_id = $1 AND ($3 OR d.person_id = $2 OR EXISTS (
    SELECT 1 FROM sessions s WHERE s.organization_id = d.organization_id
    AND s.device_id = d.id AND s.person_id = $2 AND s.ended_at IS NULL AND s.expires_at > $4))
ORDER BY d.last_contact DESC, d.id
"""


async def list_devices(database: Database, clock: Clock, actor: Actor) -> DeviceRegister:
    """List the devices this person may see, the latest in contact first.

    With the right for the whole organisation all of them; else only one's own: those one signed
    in on last, or still is.
    """
    rows = await database.rows(
        _LIST_SQL,
        actor.organization,
        actor.person,
        actor.may_everywhere("see_devices"),
        instant(clock.now_ms()),
    )
    return DeviceRegister(devices=tuple(_view(row, actor) for row in rows))


async def revoke_device(database: Database, clock: Clock, actor: Actor, device: str) -> None:
    """Shut out a device: every session on it ends, and it gets nothing until a new sign-in.

    Whoever does not answer for devices ends only their own sessions on it; the device itself they
    shut out only if they were the last to sign in there.

    Raises: not_found, also for a device of which one may not know.
    """
    now = instant(clock.now_ms())
    everyone = actor.may_everywhere("revoke_devices")
    async with database.transaction() as connection:
        shut_out = await connection.fetchval(
            "UPDATE devices SET revoked_at = coalesce(revoked_at, $4) "
            "WHERE organization_id = $1 AND id = $2 AND ($5 OR person_id = $3) RETURNING true",
            actor.organization, device, actor.person, now, everyone,
        )  # fmt: skip
        ended = await connection.fetch(
            "UPDATE sessions SET ended_at = $4 WHERE organization_id = $1 AND device_id = $2 "
            "AND ($5 OR person_id = $3) AND ended_at IS NULL RETURNING id",
            actor.organization, device, actor.person, now, bool(shut_out),
        )  # fmt: skip
    if not shut_out and not ended:
        raise ProblemError("not_found")
    log.info("device_revoked", organization=actor.organization, device=device, count=len(ended))


def _view(row: Any, actor: Actor) -> DeviceView:
    revoked = row["revoked_at"]
    return DeviceView(
        id=row["id"],
        label=row["label"],
        person=row["person_id"],
        person_name=Bilingual(zh=row["name_zh"], en=row["name_en"]),
        first_seen_ms=milliseconds(row["first_seen"]),
        last_contact_ms=milliseconds(row["last_contact"]),
        app_version=row["app_version"],
        signed_in=row["signed_in"],
        here=row["id"] == actor.device,
        revoked_ms=milliseconds(revoked) if revoked else None,
    )
