"""What nonconformities tell scoring: a self-check's finding that an assessor has confirmed."""

from typing import Any

import msgspec

from shared_schemas.primitives import Bilingual
from shared_schemas.scoring import Fact, Instant

_SQL = """
SELECT n.id, n.task_id, n.item, n.indicator, n.title_zh, n.title_en, n.found_by, n.confirmed_op,
       coalesce(a.photos, '[]') AS photos, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class
  FROM nonconformities n
  LEFT JOIN answers a ON a.organization_id = n.organization_id
   AND a.task_id = n.task_id AND a.item = n.item
  CROSS JOIN LATERAL (
    SELECT f.best_ms, f.earliest_ms, f.latest_ms, f.time_class FROM operations f
      LEFT JOIN operations c ON c.organization_id = f.organization_id AND c.id = f.caused_by
     WHERE f.organization_id = n.organization_id AND f.record_id = n.id
       AND f.kind IN ('nonconformity_raised', 'nonconformity_reopened')
     ORDER BY coalesce(c.kind, '') IN ('conflict_decided', 'decision_withdrawn'), f.position DESC
     LIMIT 1) o
 WHERE n.organization_id = $1 AND n.site_id = $2 AND n.use = 'self_check'
   AND n.confirmed_op <> '' AND n.state <> 'withdrawn' AND n.indicator <> ''
   AND o.latest_ms >= $3 AND o.earliest_ms < $4
 ORDER BY n.id
"""


async def facts(
    connection: Any, organization: str, site: str, from_ms: int, to_ms: int
) -> list[Fact]:
    """Give the confirmed findings of self-checks captured at a site in a span of time.

    The finding belongs to the time it was found, or found again, not to the time it was confirmed,
    not to a later answer on the same item and not to a decision of the office, which finds nothing.

    Units: milliseconds UTC, `to_ms` excluded.
    Source: decisions "Who finds, who pays"; G21.
    """
    rows = await connection.fetch(_SQL, organization, site, from_ms, to_ms)
    return [
        Fact(
            id=row["id"],
            fact_kind="finding_confirmed",
            site=site,
            indicator=row["indicator"],
            captured=Instant(
                best_ms=row["best_ms"],
                earliest_ms=row["earliest_ms"],
                latest_ms=row["latest_ms"],
                time_class=row["time_class"],
            ),
            operation=row["confirmed_op"],
            record=row["task_id"],
            item=row["item"],
            title=Bilingual(zh=row["title_zh"], en=row["title_en"]),
            person=row["found_by"],
            evidence=tuple(msgspec.json.decode(row["photos"], type=list[str])),
        )
        for row in rows
    ]
