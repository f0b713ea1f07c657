"""What somebody sees beside any check (随手拍): kept where it was seen, in the own name alone."""

from typing import Any

from backend.flows.failed_item_raises_nonconformity import nonconformity_of
from backend.kernel.identity import content_hash, derived_id
from tests.world.cast import (
    ANA,
    ATRIUM,
    BEN,
    DAILY_CHECK,
    HARBOUR_MALL,
    LAO_ZHOU,
    NORTH_GARDEN,
    SOL,
    WEI,
)
from tests.world.fixtures import World
from tests.world.inspecting import problem_of
from tests.world.phone import Entry, Phone

SEEN = derived_id("nonconformity", "seen freely")
COVER = b"a loose cover"


def _report(phone: Phone, record: str = SEEN, **said: Any) -> Entry:
    told = {
        "site": HARBOUR_MALL,
        "title": {"zh": "井盖松动"},
        "severity": "serious",
        "found_by": phone.person.id,
        "found_at": phone.clock.wall_ms(),
        "checkpoint": ATRIUM,
        **said,
    }
    return phone.record(record, "nonconformity_reported", **told)


def _photo(phone: Phone, record: str = SEEN, *, declared: bool = True) -> Entry:
    shown = (COVER,) if declared else ()
    return phone.record(record, "finding_evidenced", shown, photo=content_hash(COVER))


async def test_reported_offline_with_its_photo_it_reaches_the_office_and_whoever_corrects(
    world: World,
) -> None:
    zhou, wei, sol = [await world.phone(one) for one in (LAO_ZHOU, WEI, SOL)]
    sent = [_report(zhou), _photo(zhou)]
    await zhou.sync()
    sent.append(sol.record(SEEN, "nonconformity_assigned", assignee=WEI.id))
    await sol.sync()
    sent.append(wei.record(SEEN, "nonconformity_corrected", corrected_at=1, correction="已复位"))
    await wei.sync()
    sent.append(zhou.record(SEEN, "correction_verified", verified_at=1, words="牢固"))
    await zhou.sync()
    assert [problem_of(one) for one in sent] == [""] * 5
    office = await world.office()
    [seen] = (await office.get("findings"))["findings"]
    assert (seen["title"]["zh"], seen["state"], seen["severity"]) == (
        "井盖松动",
        "closed",
        "serious",
    )
    assert seen["photos"] == [content_hash(COVER)]
    assert (seen["site"]["id"], seen["place"]) == (HARBOUR_MALL, None)
    assert await office.score() is None, "what anybody saw costs nobody a point"


async def test_site_of_a_free_finding_is_one_of_its_authors(world: World) -> None:
    zhou = await world.phone(LAO_ZHOU)
    elsewhere = _report(zhou, site=NORTH_GARDEN)
    await zhou.sync()
    assert (problem_of(elsewhere), elsewhere.outcome["problem"]["details"]) == (
        "not_allowed",
        {"right": "report_finding"},
    )
    assert await world.rows("SELECT 1 FROM nonconformities") == []


async def test_nobody_reports_in_anothers_name(world: World) -> None:
    zhou = await world.phone(LAO_ZHOU)
    foreign = _report(zhou, found_by=ANA.id)
    await zhou.sync()
    assert problem_of(foreign) == "not_allowed"


async def test_photo_before_its_report_waits_and_an_undeclared_one_is_said(world: World) -> None:
    zhou, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    early = _photo(ana)
    await ana.sync()
    assert problem_of(early) == "record_unknown"
    _report(zhou)
    bare = _photo(zhou, declared=False)
    await zhou.sync()
    await world.server.app.state.committer.retry(ana.person.organization, {SEEN})
    assert problem_of(bare) == "evidence_undeclared"
    await ana.pull()
    field = ana.records[SEEN]["fields"]["finding_evidence"]
    assert field["value"] == [content_hash(COVER)]


async def test_report_of_the_strangest_words_is_kept_as_it_was_typed(world: World) -> None:
    zhou = await world.phone(LAO_ZHOU)
    words = "\u202eمكسور 💧<script>alert(1)</script>"
    fine = _report(zhou, title={"zh": words})
    long = _report(zhou, derived_id("another"), title={"zh": "漏" * 201})
    await zhou.sync()
    assert (problem_of(fine), problem_of(long)) == ("", "operation_malformed")
    office = await world.office()
    [seen] = (await office.get("findings"))["findings"]
    assert seen["title"]["zh"] == words


async def test_free_finding_under_a_checks_own_number_hides_nothing_of_the_check(
    world: World,
) -> None:
    """Whoever knows how ids are made cannot keep a failure of the check out of the findings."""
    zhou, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    subject = nonconformity_of(task, "cleaning")
    _report(zhou, subject, severity="minor")
    await zhou.sync()
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    fields = ana.records[subject]["fields"]
    told = (fields["task"]["value"], fields["item"]["value"], fields["use"]["value"])
    assert told == (task, "cleaning", "assessment")
    office = await world.office()
    assert await office.score() == "99.00"


async def _found(world: World, finding: str) -> dict[str, Any]:
    """Give the row of a finding that the office reads and that scores are made of."""
    sql = "SELECT state, title_zh, found_by, found_ms, checkpoint_id FROM nonconformities"
    [row] = await world.rows(f"{sql} WHERE id = $1", finding)
    return dict(row)


async def test_failure_stands_open_whatever_was_reported_and_closed_under_its_number_before(
    world: World,
) -> None:
    """A guard who knows the check's number settles nothing of what an inspector will find."""
    zhou, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    subject = nonconformity_of(task, "cleaning")
    # A pass is not what the guard reported: it withdraws nothing of theirs.
    ana.answer(task, "cleaning", "pass", plan=DAILY_CHECK)
    _report(zhou, subject, severity="minor")
    zhou.record(subject, "nonconformity_closed_on_spot", corrected_at=1, correction="已好")
    await zhou.sync()
    await ana.sync()
    assert (await _found(world, subject))["state"] == "closed"
    failing = ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    assert problem_of(failing) == ""
    seen = await _found(world, subject)
    assert (seen["state"], seen["found_by"], seen["checkpoint_id"]) == ("open", ANA.id, "")
    assert seen["title_zh"] != "井盖松动"
    assert ana.records[subject]["fields"]["state"]["value"] == "open"
    # Who reported beside the check is not its finder, and verifies nothing.
    wei = await world.phone(WEI)
    wei.record(subject, "nonconformity_corrected", corrected_at=2, correction="已擦")
    await wei.sync()
    tried = zhou.record(subject, "correction_verified", verified_at=2, words="我发现的")
    await zhou.sync()
    assert problem_of(tried) == "not_allowed"
    assert (await _found(world, subject))["state"] == "corrected"


async def test_report_under_a_number_that_a_check_or_a_colleague_has_is_kept_and_changes_nothing(
    world: World,
) -> None:
    """Written offline before the failure was raised, sent after it: nobody becomes its finder."""
    zhou, ana, ben = [await world.phone(one) for one in (LAO_ZHOU, ANA, BEN)]
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    subject = nonconformity_of(task, "cleaning")
    late = _report(zhou, subject)
    world.clock.advance(60_000)
    ana.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await ana.sync()
    before = await _found(world, subject)
    own = [_report(ben), _report(ben, severity="minor")]
    await ben.sync()
    taken = _report(zhou)
    sol = await world.phone(SOL)
    sol.record(subject, "nonconformity_assigned", assignee=WEI.id)
    await sol.sync()
    wei = await world.phone(WEI)
    wei.record(subject, "nonconformity_corrected", corrected_at=1, correction="已擦")
    await wei.sync()
    seen = zhou.record(subject, "correction_verified", verified_at=1, words="我发现的，已好")
    await zhou.sync()
    assert [problem_of(one) for one in (late, taken)] == ["finding_taken"] * 2
    assert [problem_of(one) for one in own] == [""] * 2
    assert problem_of(seen) == "not_allowed"
    assert await _found(world, subject) == {**before, "state": "corrected"}
    assert (await _found(world, SEEN))["found_by"] == BEN.id
    verified = ana.record(subject, "correction_verified", verified_at=2, words="已好")
    await ana.sync()
    assert problem_of(verified) == ""
