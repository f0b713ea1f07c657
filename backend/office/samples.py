"""Samples for the office: what was announced, what can be drawn now, what was drawn.

Source: decisions G15 (a seed made known before the days are over, repeatable by anybody).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from backend.directory.actors import Actor
from backend.domains.inspections.sampling import draw, ends_ms, population
from backend.office.scope import Sites, load_revision, load_sites
from shared_schemas.primitives import Bilingual
from shared_schemas.sample_desk import SampleLine, SampleList, SampleSeen

MOST = 100
_SAMPLES = f"""
    SELECT id, content FROM records
    WHERE organization_id = $1 AND kind = 'sample' AND site_id = ANY($2::text[])
    ORDER BY position DESC LIMIT {MOST}
"""  # noqa: S608  a number of our own
_TITLES = """
    SELECT w.id, p.title_zh, p.title_en, 'task' AS what FROM task_windows w
    JOIN plans p ON p.organization_id = $1 AND p.id = w.plan_id
    WHERE w.organization_id = $1 AND w.id = ANY($2::text[])
    UNION ALL
    SELECT n.id, n.title_zh, n.title_en, 'nonconformity' FROM nonconformities n
    WHERE n.organization_id = $1 AND n.id = ANY($2::text[])
"""


async def load_samples(connection: Any, actor: Actor, *, now_ms: int) -> SampleList:
    """Read the samples of the sites where this person may see them.

    Units: milliseconds UTC.
    Raises: not_allowed.
    """
    sites = await load_sites(connection, actor, "see_samples")
    rows = await connection.fetch(_SAMPLES, actor.organization, list(sites))
    folds = {row["id"]: msgspec.json.decode(row["content"])["fields"] for row in rows}
    seen = [
        await _see(connection, actor, sites, one, fields, now_ms=now_ms)
        for one, fields in folds.items()
        if "seed" in fields
    ]
    titles = await _titles(connection, actor, [one for each in seen for one in each.drawn])
    return SampleList(
        revision=await load_revision(connection, actor.organization),
        samples=tuple(
            msgspec.structs.replace(
                each, lines=tuple(titles.get(one, _nameless(one)) for one in each.drawn)
            )
            for each in seen
        ),
    )


async def _see(
    connection: Any,
    actor: Actor,
    sites: Sites,
    sample: str,
    fields: Mapping[str, Any],
    *,
    now_ms: int,
) -> SampleSeen:
    said = {name: state["value"] for name, state in fields.items() if "value" in state}
    site = sites[said["site"]]
    whole, drawn = tuple(said.get("whole", ())), tuple(said.get("drawn", ()))
    is_due = "drawn" not in said and now_ms >= ends_ms(said["closes_on"], site.zone)
    if is_due:
        zones = {one: named.zone for one, named in sites.items()}
        whole = await population(connection, actor.organization, dict(fields), zones)
        drawn = draw(said["seed"], whole, said["rate_percent"])
    title = said["title"]
    return SampleSeen(
        id=sample,
        site=site,
        title=Bilingual(zh=title["zh"], en=title.get("en", "")),
        population=said["population"],
        rate_percent=said["rate_percent"],
        seed=said["seed"],
        from_on=said["from_on"],
        closes_on=said["closes_on"],
        state="due" if is_due else "drawn" if "drawn" in said else "announced",
        whole=whole,
        drawn=drawn,
        lines=(),
        again_of=said.get("again_of", ""),
    )


async def _titles(connection: Any, actor: Actor, ids: Sequence[str]) -> dict[str, SampleLine]:
    rows = await connection.fetch(_TITLES, actor.organization, list(ids))
    return {
        row["id"]: SampleLine(
            id=row["id"],
            title=Bilingual(zh=row["title_zh"], en=row["title_en"]),
            task=row["id"] if row["what"] == "task" else "",
            nonconformity=row["id"] if row["what"] == "nonconformity" else "",
        )
        for row in rows
    }


def _nameless(one: str) -> SampleLine:
    return SampleLine(id=one, title=Bilingual(zh=one[:8], en=one[:8]))
