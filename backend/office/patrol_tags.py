"""Labels at the desk: which checkpoint has which, new ones made, older ones revoked."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.directory.actors import Actor
from backend.domains.patrols.rules import REPRINTED
from backend.domains.patrols.tags import label_text, new_code, sign_tag
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.kernel.sealing import tag_key
from backend.office.names import load_instants
from backend.office.patrol_places import load_checkpoints
from backend.office.scope import load_revision, load_sites
from backend.sync.committer import Committer
from backend.sync.server_writer import office_submission
from shared_schemas.operations import encode_body
from shared_schemas.patrol_desk import (
    LabelList,
    LabelOrder,
    LabelPlace,
    LabelSeen,
    LabelsIssued,
)
from shared_schemas.patrols import Tag, TagIssued, TagRevoked
from shared_schemas.problems import Problem

_TAGS = """
    SELECT id, checkpoint_id, site_id, code, serial, form, signature, issued_op, revoked_ms,
           revoked_because
    FROM tags WHERE organization_id = $1 AND site_id = ANY($2::text[])
    ORDER BY checkpoint_id, serial DESC, id
"""


class Hands(Struct, frozen=True, kw_only=True):
    """What issuing needs: where to look and to write, the server's secret, what time it is."""

    database: Database
    committer: Committer
    secret: str
    now_ms: int


async def load_labels(connection: Any, actor: Actor, *, site: str, address: str) -> LabelList:
    """Read the checkpoints of the sites that this person sees, each with all its labels.

    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_office")
    chosen = {one: named for one, named in sites.items() if site in ("", one)}
    rows = await connection.fetch(_TAGS, actor.organization, list(chosen))
    times = await load_instants(connection, actor.organization, (row["issued_op"] for row in rows))
    labels: dict[str, list[LabelSeen]] = {}
    for row in rows:
        seen = LabelSeen(
            tag=row["id"],
            code=row["code"],
            serial=row["serial"],
            form=row["form"],
            text=label_text(address, _tag(row)),
            issued=times.get(row["issued_op"]),
            revoked_ms=row["revoked_ms"],
            revoked_because=row["revoked_because"],
        )
        labels.setdefault(row["checkpoint_id"], []).append(seen)
    places = await load_checkpoints(connection, actor.organization, chosen)
    return LabelList(
        revision=await load_revision(connection, actor.organization),
        places=tuple(
            LabelPlace(
                checkpoint=one.id,
                name=one.name,
                code=one.code,
                area=one.area,
                site=chosen[one.site],
                labels=tuple(labels.get(one.id, ())),
            )
            for one in places.values()
        ),
    )


def _tag(row: Mapping[str, Any]) -> Tag:
    return Tag(
        code=row["code"],
        checkpoint=row["checkpoint_id"],
        site=row["site_id"],
        serial=row["serial"],
        form=row["form"],
        signature=row["signature"],
    )


async def issue_labels(hands: Hands, actor: Actor, order: LabelOrder) -> LabelsIssued:
    """Make a label for each of these checkpoints and revoke the older ones of the same form.

    Each is an operation of the person's own; the same request sent again makes no second label.

    Raises: not_allowed.
    """
    actor.require("issue_tags", order.site)
    async with hands.database.snapshot() as connection:
        rows = await connection.fetch(_TAGS, actor.organization, [order.site])
    checkpoints = list(dict.fromkeys(order.checkpoints))
    found = await asyncio.gather(
        *(_issue_one(hands, actor, order, one, _of(rows, one)) for one in checkpoints)
    )
    issued = {one: tag for one, (tag, wrong) in zip(checkpoints, found, strict=True) if not wrong}
    older = [
        row["id"]
        for one, tag in issued.items()
        for row in _of(rows, one)
        if row["id"] != tag and row["form"] == order.form and not row["revoked_ms"]
    ]
    await asyncio.gather(*(_revoke(hands, actor, order.request, one) for one in older))
    return LabelsIssued(
        tags=tuple(issued.values()),
        refused={one: wrong for one, (_, wrong) in zip(checkpoints, found, strict=True) if wrong},
    )


def _of(rows: Sequence[Mapping[str, Any]], checkpoint: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["checkpoint_id"] == checkpoint]


async def _issue_one(
    hands: Hands,
    actor: Actor,
    order: LabelOrder,
    checkpoint: str,
    known: Sequence[Mapping[str, Any]],
) -> tuple[str, Problem | None]:
    record = derived_id("tag", actor.organization, order.request, checkpoint)
    if any(row["id"] == record for row in known):
        return record, None
    code, serial = new_code(), max((row["serial"] for row in known), default=0) + 1
    key = tag_key(hands.secret, actor.organization)
    tag = Tag(
        code=code,
        checkpoint=checkpoint,
        site=order.site,
        serial=serial,
        form=order.form,
        signature=sign_tag(key, code, checkpoint, serial, order.site),
    )
    wrong = await _act(hands, actor, order.request, record, TagIssued(tag=tag))
    return record, wrong


async def _revoke(hands: Hands, actor: Actor, request: str, tag: str) -> None:
    body = TagRevoked(revoked_at=hands.now_ms, revoked_because=REPRINTED)
    await _act(hands, actor, request, tag, body)


async def _act(
    hands: Hands, actor: Actor, request: str, record: str, body: TagIssued | TagRevoked
) -> Problem | None:
    submission = office_submission(
        actor, request, record, encode_body(body), hands.now_ms, based_on=0, saw_stamp=0
    )
    [outcome] = await hands.committer.push(submission)
    return outcome.problem if outcome.status == "held" else None
