"""The tables of scoring, without logic."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table


class Schemes(Table, tablename="schemes"):
    """Versions of schemes; `content` is the published Scheme as JSON, `sites` a JSON list."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    code = Text()
    version = BigInt()
    from_on = Text()
    sites = Text()
    content = Text()


class StalePeriods(Table, tablename="stale_periods"):
    """A site and an instant whose scorecards must be brought up to date."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    at_ms = BigInt()
    position = BigInt()


class ParkedPeriods(Table, tablename="parked_periods"):
    """A line of the above whose scorecard could not be made; tried again later."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    at_ms = BigInt()
    position = BigInt()


class Scorecards(Table, tablename="scorecards"):
    """The live scorecards; `content` is the Scorecard as JSON."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    scheme_code = Text()
    scheme_version = BigInt()
    site_id = Text()
    period_from = Text()
    period_to = Text()
    state = Text()
    measured = Boolean()
    edged = Boolean()
    score = Text()
    grade = Text()
    content = Text()
    position = BigInt()
    computed_ms = BigInt()
