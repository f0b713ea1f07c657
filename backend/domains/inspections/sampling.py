"""Samples: a share of many, drawn by a seed that was made known before anybody knew of what.

Pure but for the reading at the end. Whoever has seed and population draws the very same: each id is
hashed behind the seed, and those with the smallest hashes are drawn.

Source: decisions G15, C05 (5 %, 100 %, a re-sample of the sample).
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from backend.domains.inspections.publishing import real_date
from backend.kernel.identity import derived_id
from backend.sync.doors import Door, Known, Refusal, Situation, Writes
from backend.sync.merge import Record, Stamped
from shared_schemas.problems import problem

MICRO = 1_000


def draw(seed: str, whole: Sequence[str], rate_percent: int) -> tuple[str, ...]:
    """Draw a share of a population, rounded up; in order of id.

    Source: decisions G15.

    >>> draw("00", ["a", "b", "c", "d"], 25) == draw("00", ["d", "c", "b", "a"], 25)
    True
    >>> len(draw("00", ["a", "b", "c"], 5)), draw("00", [], 100)
    (1, ())
    """
    different = sorted(set(whole))
    count = -(-len(different) * rate_percent // 100)
    ranked = sorted(different, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())
    return tuple(sorted(ranked[:count]))


class SampleGround(Struct, frozen=True, kw_only=True):
    """What a batch of operations on samples stands on: site zones, and populations by sample."""

    zones: dict[str, str]
    whole: dict[str, tuple[str, ...]]


def ends_ms(day: str, zone: str) -> int:
    """Give the first instant after a local date. Units: milliseconds UTC.

    >>> ends_ms("1970-01-01", "UTC")
    86400000
    """
    return begins_ms((date.fromisoformat(day) + timedelta(days=1)).isoformat(), zone)


def begins_ms(day: str, zone: str) -> int:
    """Give the first instant of a local date. Units: milliseconds UTC."""
    return int(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)).timestamp()) * 1000


def check_sample(situation: Situation) -> Refusal | None:
    """Say why a sample cannot be announced or drawn, or nothing.

    The seed must be known before the days are over, and the draw must come after, of the whole of
    what there was: nobody chooses what is looked at.

    Source: decisions G15.
    """
    if situation.actor is not None and not situation.actor.may("draw_samples", situation.site):
        return Refusal(problem=problem("not_allowed", right="draw_samples"))
    what = _flaw(situation)
    return Refusal(problem=problem("rules_broken", what=what)) if what else None


def _flaw(situation: Situation) -> str:
    ground: SampleGround = situation.known["samples"]
    zone = ground.zones.get(situation.site, "")
    # What was announced when it came, whatever a phone's clock said: nobody knew of it before.
    at_ms = max(situation.operation.stamp // MICRO, situation.arrived_ms)
    announced = situation.record is not None and "seed" in situation.record["fields"]
    if situation.operation.kind == "sample_announced" and announced:
        return "seed"
    if situation.operation.kind == "sample_announced":
        return _flaw_of_announcement(situation.body, zone, at_ms)
    record = situation.record
    fields = record["fields"] if record else {}
    if "seed" not in fields:
        return "seed"
    if at_ms < ends_ms(fields["closes_on"]["value"], zone):
        return "closes_on"
    whole = ground.whole.get(situation.operation.record, ())
    if tuple(sorted(situation.body.whole)) != whole:
        return "whole"
    drawn = draw(fields["seed"]["value"], whole, fields["rate_percent"]["value"])
    return "" if tuple(sorted(situation.body.drawn)) == drawn else "drawn"


def _flaw_of_announcement(announced: Any, zone: str, at_ms: int) -> str:
    if not zone:
        return "site"
    if not (real_date(announced.from_on) and real_date(announced.closes_on)):
        return "closes_on"
    if announced.from_on > announced.closes_on or at_ms >= ends_ms(announced.closes_on, zone):
        return "closes_on"
    if (announced.population == "sample") != bool(announced.again_of):
        return "again_of"
    return ""


_LOG_SQL = """
SELECT DISTINCT o.record_id, CASE WHEN o.kind = 'item_answered' THEN o.content ELSE '' END AS text
  FROM operations o
  JOIN records r ON r.organization_id = $1 AND r.id = o.record_id
 WHERE o.organization_id = $1 AND o.site_id = $2 AND o.kind = $3
   AND o.best_ms >= $4 AND o.best_ms < $5 AND NOT starts_with(r.site_id, '~')
   AND ($3 <> 'item_answered' OR o.content LIKE '%"estimated":%')
"""
_KIND_OF = {
    "closed_on_spot": "nonconformity_closed_on_spot",
    "finished_checks": "task_finished",
    "meter_readings": "item_answered",
}


async def read_sample_ground(
    connection: Any, organization: str, operations: Sequence[Stamped]
) -> Known:
    """Load the zones of all sites, and the population of each sample that is to be drawn."""
    zones = {
        row["id"]: row["zone"]
        for row in await connection.fetch(
            "SELECT id, zone FROM sites WHERE organization_id = $1", organization
        )
    }
    due = sorted({one.record for one in operations if one.kind == "sample_drawn"})
    whole = {}
    for row in await _records(connection, organization, due):
        fields = msgspec.json.decode(row["content"])["fields"]
        if "seed" in fields:
            whole[row["id"]] = await population(connection, organization, fields, zones)
    return {"samples": SampleGround(zones=zones, whole=whole)}


async def population(
    connection: Any, organization: str, fields: dict[str, Any], zones: dict[str, str]
) -> tuple[str, ...]:
    """List the ids of all that a sample may be drawn from, by what the log has now; in order."""
    kind = fields["population"]["value"]
    if kind == "sample":
        again_of = fields["again_of"]["value"] if "again_of" in fields else ""
        [first] = await _records(connection, organization, [again_of]) or [None]
        drawn = msgspec.json.decode(first["content"])["fields"].get("drawn") if first else None
        return tuple(sorted(drawn["value"])) if drawn else ()
    site = fields["site"]["value"]
    zone = zones.get(site, "UTC")
    rows = await connection.fetch(
        _LOG_SQL,
        organization,
        site,
        _KIND_OF[kind],
        begins_ms(fields["from_on"]["value"], zone),
        ends_ms(fields["closes_on"]["value"], zone),
    )
    return tuple(sorted({_named(row) for row in rows}))


def _named(row: Any) -> str:
    """Give the id of a record, or of one reading in it."""
    if not row["text"]:
        return str(row["record_id"])
    return derived_id("answer", row["record_id"], msgspec.json.decode(row["text"])["body"]["item"])


async def _records(connection: Any, organization: str, ids: Sequence[str]) -> list[Any]:
    found: list[Any] = await connection.fetch(
        "SELECT id, content FROM records WHERE organization_id = $1 AND id = ANY($2)"
        " AND kind = 'sample'",
        organization,
        list(ids),
    )
    return found


def _site(situation: Situation) -> str:
    return str(getattr(situation.body, "site", ""))


def _no_rows(
    _organization: str, _site: str, _record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    return []


def _brings_itself(operation: Stamped) -> Sequence[str]:
    return [operation.record]


SAMPLES = Door(
    read=read_sample_ground,
    check=check_sample,
    site=_site,
    rows=_no_rows,
    brings=_brings_itself,
)
