"""What inspections tell scoring: items checked and items failed at assessments, with evidence."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from backend.domains.inspections.queries import read_checklist
from backend.kernel.identity import derived_id
from shared_schemas.primitives import Bilingual
from shared_schemas.scoring import Fact, Instant

_PHOTOS = msgspec.json.Decoder(tuple[str, ...])

_SQL = """
SELECT a.id, a.task_id, a.item, a.indicator, a.answer, a.person_id, a.operation_id, a.photos,
       o.best_ms, o.earliest_ms, o.latest_ms, o.time_class, p.checklist_id
  FROM answers a
  CROSS JOIN LATERAL (
    SELECT * FROM operations WHERE organization_id = $1 AND id = a.operation_id OFFSET 0) o
  CROSS JOIN LATERAL (
    SELECT * FROM task_windows WHERE organization_id = $1 AND id = a.task_id OFFSET 0) w
  CROSS JOIN LATERAL (
    SELECT * FROM plans WHERE organization_id = $1 AND id = w.plan_id OFFSET 0) p
 WHERE a.organization_id = $1 AND a.site_id = $2 AND a.use = 'assessment'
   AND a.indicator <> '' AND a.answer NOT IN ('not_applicable', 'unanswered')
   AND NOT (a.answer = 'fail' AND a.dispute IN ('disputed', 'fallen'))
   AND a.stamp_ms >= $3 - 2678400000 AND o.latest_ms >= $3 AND o.earliest_ms < $4
   AND NOT (w.closed AND EXISTS (
       SELECT 1 FROM tasks t WHERE t.organization_id = $1 AND t.id = a.task_id AND t.closed))
 ORDER BY a.id
"""
"""LATERAL: one look into each key, also while there are no statistics (see `sync/storage.py`)."""


async def facts(
    connection: Any, organization: str, site: str, from_ms: int, to_ms: int
) -> list[Fact]:
    """Give the facts of assessments that may have been captured at a site in a span of time.

    Whatever interval touches the span is told; scoring decides. A phone keeps unsent work for 31
    days at most, which is how far a stamp may lie behind the latest possible instant.

    Units: milliseconds UTC, `to_ms` excluded.
    Source: decisions "Who finds, who pays" and G21 (capture time decides the period).
    """
    rows = await connection.fetch(_SQL, organization, site, from_ms, to_ms)
    titles = await _titles(connection, organization, {row["checklist_id"] for row in rows})
    # A month has thousands: beside the event loop, or every push would wait for them.
    return await asyncio.to_thread(_facts, site, rows, titles)


class Supposed(Struct, frozen=True, kw_only=True):
    """An answer as it would stand if another of the given ones counted.

    `operation` is the one that gave it, and `person` its author.
    """

    task: str
    item: str
    operation: str
    person: str
    answer: str

    @property
    def fact(self) -> str:
        """Name the fact that it would be; an item of a check is one fact whatever is answered."""
        return derived_id("answer", self.task, self.item)


_SUPPOSED_SQL = """
SELECT x.place, a.id, a.task_id, a.item, a.indicator, x.answer, x.person_id, o.id AS operation_id,
       a.dispute,
       a.photos, a.site_id, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class, p.checklist_id
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
       WITH ORDINALITY AS x (id, operation_id, answer, person_id, place)
  JOIN answers a ON a.organization_id = $1 AND a.id = x.id
  JOIN operations o ON o.organization_id = $1 AND o.id = x.operation_id
  JOIN task_windows w ON w.organization_id = $1 AND w.id = a.task_id
  JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
 WHERE a.use = 'assessment' AND a.indicator <> ''
"""


async def suppose(
    connection: Any, organization: str, supposed: Sequence[Supposed]
) -> dict[Supposed, Fact | None]:
    """Give the fact that each supposed answer would be, or None where it would be none.

    Answers that no score knows, such as those of a self-check, are left out. Nothing is written.
    """
    rows = await connection.fetch(
        _SUPPOSED_SQL,
        organization,
        [one.fact for one in supposed],
        [one.operation for one in supposed],
        [one.answer for one in supposed],
        [one.person for one in supposed],
    )
    titles = await _titles(connection, organization, {row["checklist_id"] for row in rows})
    return {
        supposed[row["place"] - 1]: None
        if row["answer"] in ("not_applicable", "unanswered") or _is_unsettled(row)
        else _fact(row["site_id"], row, titles.get((row["checklist_id"], row["item"])))
        for row in rows
    }


def _is_unsettled(row: Any) -> bool:
    """Whether it would fail, and the failure is disputed or was found not to stand."""
    return row["answer"] == "fail" and row["dispute"] in ("disputed", "fallen")


async def _titles(
    connection: Any, organization: str, checklists: Iterable[str]
) -> dict[tuple[str, str], Bilingual]:
    """Give the words of every item, by checklist and item."""
    found = await connection.fetch(
        "SELECT id, content FROM checklists WHERE organization_id = $1 AND id = ANY($2)",
        organization,
        sorted(checklists),
    )
    return {
        (row["id"], item.id): item.text
        for row in found
        for item in read_checklist(row["content"]).items
    }


def _facts(site: str, rows: Sequence[Any], titles: dict[tuple[str, str], Bilingual]) -> list[Fact]:
    return [_fact(site, row, titles.get((row["checklist_id"], row["item"]))) for row in rows]


def _fact(site: str, row: Any, title: Bilingual | None) -> Fact:
    photos = row["photos"]
    return Fact(
        id=row["id"],
        fact_kind="item_failed" if row["answer"] == "fail" else "item_checked",
        site=site,
        indicator=row["indicator"],
        captured=Instant(
            best_ms=row["best_ms"],
            earliest_ms=row["earliest_ms"],
            latest_ms=row["latest_ms"],
            time_class=row["time_class"],
        ),
        operation=row["operation_id"],
        record=row["task_id"],
        item=row["item"],
        title=title,
        person=row["person_id"],
        evidence=_PHOTOS.decode(photos) if photos != "[]" else (),
    )
