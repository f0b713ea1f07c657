"""The doors of what a day leaves behind: its issued report, and what places remember; pure."""

from backend.directory.rights import Right
from backend.domains.inspections import tables
from backend.domains.inspections.publishing import real_date
from backend.kernel.database import projection_of
from backend.kernel.identity import derived_id
from backend.sync.doors import (
    Door,
    Known,
    Refusal,
    Situation,
    Writes,
    brings_nothing,
    read_nothing,
    unless_overruled,
)
from backend.sync.merge import Record
from shared_schemas.problems import problem

DAILY_REPORTS = projection_of(tables.DailyReports)


def report_of(site: str, on: str) -> str:
    """Give the id of the record of a site's daily report."""
    return derived_id("daily_report", site, on)


def check_report(situation: Situation) -> Refusal | None:
    """Say why a daily report cannot be issued, or nothing.

    Raises: report_record_wrong, not_allowed.
    Source: rule S16 (质检日报).
    """
    body, actor = situation.body, situation.actor
    rights: tuple[Right, ...] = ("approve_check", "confirm_finding")
    if not real_date(body.on) or situation.operation.record != report_of(body.site, body.on):
        return Refusal(problem=problem("report_record_wrong", on=body.on))
    if actor is None or any(actor.may(right, body.site) for right in rights):
        return None
    refusal = Refusal(problem=problem("not_allowed", right="approve_check"))
    return unless_overruled(situation, refusal)


def _rows_of_report(
    organization: str, site: str, record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    fields = record["fields"]
    issued = fields["issued_at"]["by"][fields["issued_at"]["person"]]
    words = fields.get("words", {"value": ""})["value"]
    row = {
        "organization_id": organization,
        "id": record["id"],
        "site_id": site,
        "on_date": fields["on"]["value"],
        "issued_by": issued["person"],
        "issued_op": issued["op"],
        "words": str(words).replace("\x00", ""),
        "position": record["position"],
    }
    return [(DAILY_REPORTS, row)]


def _site_said(situation: Situation) -> str:
    return str(situation.body.site)


def _site_of_check(situation: Situation) -> str:
    return situation.site


def _checked_by_flow(_situation: Situation) -> None:
    """Only the server writes what a place remembers."""


def _no_rows(
    _organization: str, _site: str, _record: Record, _changed: frozenset[str], _known: Known
) -> Writes:
    return []


REPORTS = Door(
    read=read_nothing,
    check=check_report,
    site=_site_said,
    rows=_rows_of_report,
    brings=brings_nothing,
)

MEMORIES = Door(
    read=read_nothing,
    check=_checked_by_flow,
    site=_site_of_check,
    rows=_no_rows,
    brings=brings_nothing,
)
