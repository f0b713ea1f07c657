"""The day's quality report of a site (质检日报): its checks, findings and confirmations.

Source: rule S16 (a report the same day).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from backend.directory.actors import Actor
from backend.domains.inspections.reporting import report_of
from backend.office.board import count_site, load_day
from backend.office.bulk import load_bulk
from backend.office.confirmed import confirmed_in
from backend.office.findings import FindingFilter, load_findings
from backend.office.folded import read_record
from backend.office.names import load_people, read_instant
from backend.office.scope import day_edges, load_revision, load_sites, local_date
from shared_schemas.office import ConfirmationSeen, DailyReport, ReportIssued, SameDay, TaskSeen
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Instant

MOST_FINDINGS = 500

_ISSUED = """
    SELECT d.issued_by, d.issued_op, d.words, o.best_ms, o.earliest_ms, o.latest_ms, o.time_class
    FROM daily_reports d
    JOIN operations o ON o.organization_id = $1 AND o.id = d.issued_op
    WHERE d.organization_id = $1 AND d.id = $2
"""
_RECORDS = "SELECT content FROM records WHERE organization_id = $1 AND id = ANY($2::text[])"


async def load_daily_report(
    connection: Any, actor: Actor, site: str, *, on: date | None, now_ms: int
) -> DailyReport:
    """Read what one day of a site came to, by default of the date that it is there now.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    if site not in sites:
        raise ProblemError("not_found")
    seen, own = sites[site], {site: sites[site]}
    day = on or local_date(now_ms, seen.zone)
    begins_ms, ends_ms = day_edges(day, seen.zone)
    checks = [
        one
        for one in await load_day(connection, actor, own, {site: day}, now_ms)
        if one.due_on == day.isoformat()
    ]
    found = await load_findings(
        connection, actor, FindingFilter(site=site, before_ms=ends_ms, limit=MOST_FINDINGS)
    )
    record = report_of(site, day.isoformat())
    return DailyReport(
        revision=await load_revision(connection, actor.organization),
        now_ms=now_ms,
        report=record,
        site=seen,
        on=day.isoformat(),
        counts=count_site(site, own, day.isoformat(), checks),
        checks=tuple(checks),
        findings=tuple(one for one in found if one.found_ms >= begins_ms),
        confirmations=await _confirmations(connection, actor, checks),
        bulk=await load_bulk(connection, actor, {site: (begins_ms, ends_ms)}),
        issued=await _issued(connection, actor, record, ends_ms),
        may_issue=actor.may("approve_check", site) or actor.may("confirm_finding", site),
    )


async def _confirmations(
    connection: Any, actor: Actor, checks: Iterable[TaskSeen]
) -> tuple[ConfirmationSeen, ...]:
    begun = sorted(one.task for one in checks if one.state != "due")
    rows = await connection.fetch(_RECORDS, actor.organization, begun)
    records = (read_record(row["content"]) for row in rows)
    return tuple(one for record in records for one in confirmed_in(record))


async def _issued(connection: Any, actor: Actor, record: str, ends_ms: int) -> ReportIssued | None:
    row = await connection.fetchrow(_ISSUED, actor.organization, record)
    if row is None:
        return None
    people = await load_people(connection, actor.organization, [row["issued_by"]])
    recorded = read_instant(row)
    return ReportIssued(
        person=people.name(row["issued_by"]),
        operation=row["issued_op"],
        recorded=recorded,
        words=row["words"],
        same_day=judge_same_day(recorded, ends_ms),
    )


def judge_same_day(recorded: Instant, ends_ms: int) -> SameDay:
    """Say whether something was done before a day ended, judged on the whole interval.

    Units: milliseconds UTC.

    >>> when = Instant(best_ms=5, earliest_ms=4, latest_ms=6, time_class="C")
    >>> judge_same_day(when, 7), judge_same_day(when, 6), judge_same_day(when, 4)
    ('within', 'undecidable', 'late')
    """
    if recorded.latest_ms < ends_ms:
        return "within"
    return "late" if recorded.earliest_ms >= ends_ms else "undecidable"
