"""A month's windows from what the plan says and what stands: pure, so every order can be tried."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.identity import derived_id
from backend.timing.agenda import Standing, plan_month
from backend.timing.cadences import Span, spans_in_month
from shared_schemas.timetable import Window

MONTH = date(2026, 11, 1)
BEGIN = 1_793_462_400_000
"""2026-11-01T00:00 in Shanghai. Units: milliseconds UTC."""

DAY = 86_400_000
CADENCES = st.sampled_from(["daily", "weekly", "monthly", "ad_hoc"])
HOURS = st.sampled_from([("08:00", "18:00"), ("06:00", "07:00"), ("22:00", "06:00")])
NOWS = st.integers(BEGIN - DAY, BEGIN + 32 * DAY)


def _task(on: str, ordinal: int) -> str:
    return derived_id("task", on, ordinal)


def _spans(cadence: str, hours: tuple[str, str]) -> list[Span]:
    return spans_in_month(cadence, MONTH, *hours, "Asia/Shanghai", date(2000, 1, 1))


def _plan(
    spans: list[Span], standing: Standing, since_ms: int, now_ms: int, *, by_hand: bool = False
) -> Standing:
    windows, cancelled = plan_month(
        _task, spans, standing, since_ms=since_ms, now_ms=now_ms, by_hand=by_hand
    )
    return Standing(windows=windows, cancelled=cancelled, begun=standing.begun)


@given(st.lists(st.tuples(CADENCES, HOURS, NOWS), min_size=1, max_size=5), st.data())
def test_whatever_changes_what_has_opened_stays_and_a_second_look_changes_nothing(
    changes: list[tuple[str, tuple[str, str], int]], data: st.DataObject
) -> None:
    standing = Standing()
    for (cadence, hours, _), now_ms in zip(
        changes, sorted(now for *_, now in changes), strict=True
    ):
        spans = _spans(cadence, hours)
        after = _plan(spans, standing, now_ms, now_ms)
        kept = {one for one in standing.windows if one.opens_ms <= now_ms}
        kept |= {one for one in standing.windows if one.task in standing.begun}
        assert kept <= set(after.windows)
        assert _plan(spans, after, now_ms, now_ms) == after
        ids = [one.task for one in (*after.windows, *after.cancelled)]
        assert len(ids) == len(set(ids))
        assert {one.task for one in (*standing.windows, *standing.cancelled)} <= set(ids)
        assert all(one.opens_ms < one.closes_ms for one in after.windows)
        begun = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
        standing = Standing(
            windows=after.windows, cancelled=after.cancelled, begun=frozenset(begun)
        )


def test_what_runs_at_publication_opens_then_and_what_is_over_is_not_asked_for() -> None:
    noon = BEGIN + 9 * DAY + DAY // 2
    planned = _plan(_spans("daily", ("08:00", "18:00")), Standing(), noon, noon)
    first, second, *_ = planned.windows
    assert (first.on, first.opens_ms) == ("2026-11-10", noon)
    assert (second.on, second.opens_ms) == ("2026-11-11", BEGIN + 10 * DAY + 8 * 3_600_000)


def _rounds(*hours: tuple[str, str]) -> list[Span]:
    """Give several windows for each date, as a route has rounds."""
    return [
        msgspec.structs.replace(span, ordinal=number)
        for number, one in enumerate(hours, 1)
        for span in _spans("daily", one)
    ]


def test_several_of_one_date_are_told_apart_by_their_number() -> None:
    hours = (("20:00", "22:00"), ("22:00", "00:00"), ("00:00", "02:00"))
    planned = _plan(_rounds(*hours), Standing(), BEGIN, BEGIN)
    assert [one.ordinal for one in planned.windows if one.on == "2026-11-05"] == [1, 2, 3]
    assert {one.task for one in planned.windows} == {
        _task(one.on, one.ordinal) for one in planned.windows
    }
    now = BEGIN + 4 * DAY + 21 * 3_600_000  # the first round of the fifth runs
    moved = _rounds(("20:30", "22:30"), ("23:00", "01:00"))
    after = _plan(moved, planned, now, now)
    fifth = {one.ordinal: one for one in after.windows if one.on == "2026-11-05"}
    before = {one.ordinal: one for one in planned.windows if one.on == "2026-11-05"}
    assert fifth[1] == before[1], "what runs stays"
    assert fifth[3] == before[3], "what was opened this morning stays"
    assert fifth[2].opens_ms == before[2].opens_ms + 3_600_000
    assert 3 not in {one.ordinal for one in after.windows if one.on > "2026-11-05"}
    assert _plan(moved, after, now, now) == after


@given(
    st.lists(st.lists(HOURS, max_size=4), min_size=1, max_size=4),
    st.lists(NOWS, min_size=4, max_size=4),
)
def test_numbered_windows_keep_what_has_opened_and_a_second_look_changes_nothing(
    changes: list[list[tuple[str, str]]], nows: list[int]
) -> None:
    standing = Standing()
    for hours, now_ms in zip(changes, sorted(nows), strict=False):
        spans = _rounds(*hours)
        after = _plan(spans, standing, now_ms, now_ms)
        assert {one for one in standing.windows if one.opens_ms <= now_ms} <= set(after.windows)
        assert _plan(spans, after, now_ms, now_ms) == after
        named = [(one.on, one.ordinal) for one in after.windows]
        assert len(named) == len(set(named))
        standing = after


def test_what_was_begun_beside_is_taken_over_with_its_own_hours() -> None:
    begun = Window(
        task=_task("2026-11-20", 1),
        on="2026-11-20",
        ordinal=1,
        opens_ms=BEGIN + 19 * DAY,
        closes_ms=BEGIN + 20 * DAY,
    )
    standing = Standing(beside=(begun,), begun=frozenset({begun.task}))
    planned = _plan(_spans("daily", ("08:00", "18:00")), standing, BEGIN, BEGIN)
    assert [one for one in planned.windows if one.on == "2026-11-20"] == [begun]
    assert len(planned.windows) == 30
    nothing = _plan([], standing, BEGIN, BEGIN)
    assert nothing.windows == (begun,)


def test_windows_made_by_hand_stay_while_the_plan_is_ad_hoc() -> None:
    made = Window(
        task="a" * 32,
        on="2026-11-20",
        ordinal=1,
        opens_ms=BEGIN + 19 * DAY,
        closes_ms=BEGIN + DAY * 20,
    )
    standing = Standing(windows=(made,))
    assert _plan([], standing, BEGIN, BEGIN, by_hand=True).windows == (made,)
    assert _plan([], standing, BEGIN, BEGIN).cancelled == (made,)
