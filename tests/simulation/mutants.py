"""Faults planted on purpose: each breaks a promise, and the law of that promise must notice.

Each is what somebody once shipped, or what a hasty change here would do. They are put in place of
a function for the length of one test and never lie in a path of the product.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from backend.kernel.canonical import canonical
from backend.sync import (
    bindings,
    committer,
    group,
    held,
    holding,
    instants,
    membership,
    merge,
    pull,
    pull_page,
    scopes,
    storage,
)
from backend.sync.cursor import Cursor
from backend.sync.state import Kept, Placed, Progress
from shared_schemas.sync import Outcome
from tests.simulation.schedule import Schedule
from tests.simulation.stage import PORTAL, Reply, SimPhone, Way
from tests.world.phone import Phone

Plant = Callable[[pytest.MonkeyPatch, Schedule], None]


class Mutant(Struct, frozen=True, kw_only=True):
    """A planted fault, and the laws of which one must notice it."""

    name: str
    plant: Plant
    noticed_by: frozenset[str]


def _acknowledges_too_early(_patch: pytest.MonkeyPatch, schedule: Schedule) -> None:
    """Some commits never reach the disk, and yet are answered."""
    schedule.memory.faults.forgets_commits = 0.03


def _shows_positions_before_records(_patch: pytest.MonkeyPatch, schedule: Schedule) -> None:
    """The cursor of a sequence or of `updated_at`: a slow writer appears behind it."""
    schedule.memory.faults.shows_records_late = True


def _takes_no_lock(_patch: pytest.MonkeyPatch, schedule: Schedule) -> None:
    """Two processes fold on what the other is changing."""
    schedule.memory.faults.locks = False


def _moves_cursor_to_its_own_push(patch: pytest.MonkeyPatch, schedule: Schedule) -> None:
    take = Phone.take_outcomes

    def taken(self: Phone, reply: Any) -> list[dict[str, Any]]:
        told = take(self, reply)
        highest = max((one["position"] for one in told), default=0)
        place, _, rest = self.cursor.partition(".")
        if place and highest > int(place):
            tags = [row["tag"] for row in _commits(schedule) if row["position"] >= highest]
            mark = rest.partition(".")[2]
            self.cursor = f"{highest}.{tags[0]}.{mark}" if tags else self.cursor
        return told

    patch.setattr(Phone, "take_outcomes", taken)


def _commits(schedule: Schedule) -> list[Any]:
    rows = schedule.memory.tables["commits"].values()
    return sorted(rows, key=lambda row: row["position"])


def _believes_any_clock(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    judge = instants.judge_time

    def judged(captured: Any, *rest: Any, **more: Any) -> Any:
        return msgspec.structs.replace(judge(captured, *rest, **more), best_ms=captured.wall_ms)

    patch.setattr(group, "judge_time", judged)


def _forgets_what_it_has(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """No look into the log: what comes twice is applied twice, under a number of its own."""
    apply = group._apply

    def applied(one: Any, submission: Any, received: Any) -> Any:
        if received.id in one.kept:
            again = msgspec.structs.replace(received, id=f"{received.id}+{len(one.log)}")
            return msgspec.structs.replace(apply(one, submission, again), id=received.id)
        return apply(one, submission, received)

    patch.setattr(group, "_apply", applied)


def _takes_the_last_counter_for_all(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """What has a smaller number than the last one counts as known: whatever was overtaken is lost."""
    apply = group._apply

    def applied(one: Any, submission: Any, received: Any) -> Any:
        progress = one.progress.get(submission.writer, Progress())
        if received.id not in one.kept and 0 < received.counter < progress.last_counter:
            told = Outcome(id=received.id, status="duplicate", sha256=received.sha256)
            one.kept[received.id] = Kept(received.sha256, canonical(told), held=False)
        return apply(one, submission, received)

    patch.setattr(group, "_apply", applied)


def _forgets_what_is_held(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    async def nothing(*_given: Any) -> AsyncIterator[list[Any]]:
        for portion in list[list[Any]]():
            yield portion

    patch.setattr(held, "resubmissions", nothing)


def _drops_what_it_cannot_apply(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    hold = holding.hold

    def dropped(one: Any, *rest: Any) -> Any:
        outcome = hold(one, *rest)
        one.held.pop()
        return outcome

    patch.setattr(group, "hold", dropped)


def _lets_one_spoil_the_others(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """What the database refuses is answered as received, with everybody who came along."""

    async def alone(self: Any, _organization: str, one: Any) -> None:
        told = [
            Outcome(id=each.id, status="accepted", sha256=each.sha256)
            for each in one.submission.received
        ]
        if not one.answer.done():
            one.answer.set_result(told)

    patch.setattr(committer.Committer, "_alone", alone)


def _lets_a_clash_replace(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A second text under a number that is taken is said to be there."""
    apply = group._apply

    def applied(one: Any, submission: Any, received: Any) -> Any:
        kept = one.kept.get(received.id)
        if kept is not None and kept.sha256 != received.sha256:
            return Outcome(id=received.id, status="accepted", sha256=received.sha256)
        return apply(one, submission, received)

    patch.setattr(group, "_apply", applied)


def _hides_conflicts(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    patch.setattr(storage, "_conflict_rows", lambda *_given: [])


def _takes_the_sender_for_the_author(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    async def anybody(self: Any, actor: Any, writer: str) -> int:
        return 0

    patch.setattr(bindings.Bindings, "require", anybody)


def _numbers_a_retry_anew(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A phone that got no answer records the same once more."""
    send = Phone.send

    async def sent(self: SimPhone, texts: bytes) -> Any:
        try:
            return await send(self, texts)
        except Exception:
            for entry in self.waiting[:1]:
                number = len(self.outbox) + 1
                plain = msgspec.json.decode(entry.text)
                plain |= {"counter": number, "id": f"{self.writer}:{number}"}
                self.keep(canonical(plain).encode(), plain)
            raise

    patch.setattr(Phone, "send", sent)


def _says_more_than_it_has(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """Progress without gaps: the greatest number is said to be reached."""

    def noted(self: Progress, counter: int) -> None:
        self.contiguous = max(self.contiguous, counter)

    patch.setattr(Progress, "note", noted)


class _Fits(str):
    """A tag that fits every cursor."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def _does_not_know_its_own_past(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A cursor of a lost future is believed after a restore."""
    read = pull_page.read_page

    async def believed(database: Any, asked: Any) -> Any:
        page = await read(database, asked)
        head = max(page.head, asked.position)
        return msgspec.structs.replace(page, known_tag=_Fits("any"), head=head)

    patch.setattr(pull, "read_page", believed)


def _folds_in_the_order_of_arrival(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """The last to arrive wins, whatever its stamp."""

    def arrived(write: Any, entries: list[Any]) -> Any:
        return max(entries, key=lambda entry: entry["position"] or 0)

    patch.setattr(merge, "_stands_over", lambda *_given: True)
    patch.setattr(merge, "_winner", arrived)


def _stops_after_a_failure(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A queue that waits for ever for an answer that was lost: nothing is lost, and all stalls."""
    ask = Way._ask
    stuck: set[int] = set()

    async def asked(self: Way, request: Any) -> Any:
        is_push = request.path.endswith("push")
        if is_push and id(self) in stuck:
            return Reply(200, PORTAL)
        try:
            return await ask(self, request)
        except Exception:
            if is_push and self.one_way:
                stuck.add(id(self))
            raise

    patch.setattr(Way, "_ask", asked)


def _pages_from_the_head(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """After a page that is not the last the cursor already stands at the head."""

    async def ended(_database: Any, _organization: str, now: Any, _start: Any, page: Any) -> Any:
        return Cursor(page.head, page.tag, now.mark)

    patch.setattr(pull, "_end", ended)


def _forgets_to_drop(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """What a right no longer covers stays on the phone."""
    patch.setattr(scopes, "dropped_scopes", lambda _pairs: ())


def _adopts_the_sum(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """The sums that the server keeps are no longer moved, and the phone takes them over."""
    patch.setattr(membership.Sums, "put_into", lambda *_given: None)
    patch.setattr(Phone, "sums", lambda _self: {})


def _tells_the_assessed(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A covert check goes to whoever may see checks there."""
    patch.setattr(Placed, "scope", property(lambda placed: placed.site))


def _leaves_own_work_out(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """A pull overwrites what the phone has yet to send."""
    patch.setattr(Phone, "view", lambda self, record: self.records.get(record))


def _changes_the_text(patch: pytest.MonkeyPatch, _schedule: Schedule) -> None:
    """The log keeps what it read of a text and not the text."""

    def readable(text: bytes) -> str:
        try:
            return canonical({**msgspec.json.decode(text), "read": True})
        except msgspec.DecodeError:
            return text.decode("utf-8", "replace")

    patch.setattr(group, "readable", readable)


DURABLE = "acknowledged means durable"
ONCE = "twice is once"
CURSOR = "a cursor means the log up to it"
QUEUES = "queues are empty within two rounds"
SUMS = "the sums agree"


def _mutant(plant: Plant, *laws: str) -> Mutant:
    name = plant.__name__.strip("_").replace("_", " ")
    return Mutant(name=name, plant=plant, noticed_by=frozenset(laws))


MUTANTS = (
    # What was held is tried again and told to have joined, too.
    _mutant(_acknowledges_too_early, DURABLE, QUEUES, "held has a reason"),
    _mutant(_shows_positions_before_records, CURSOR, SUMS),
    _mutant(
        _takes_no_lock,
        "positions are dense",
        ONCE,
        "the log gives the records",
        DURABLE,
        CURSOR,
        SUMS,
    ),
    _mutant(_moves_cursor_to_its_own_push, CURSOR, SUMS),
    _mutant(_believes_any_clock, "stamps are bounded"),
    _mutant(_forgets_what_it_has, ONCE),
    _mutant(_takes_the_last_counter_for_all, DURABLE, QUEUES),
    _mutant(_forgets_what_is_held, "held joins by itself", "held has a reason"),
    _mutant(_drops_what_it_cannot_apply, DURABLE),
    # Told anew once the phone has sent again what is missing: another answer to the same text.
    _mutant(_lets_one_spoil_the_others, DURABLE, ONCE),
    _mutant(_lets_a_clash_replace, DURABLE),
    _mutant(_hides_conflicts, "conflicts are shown"),
    _mutant(_takes_the_sender_for_the_author, "the author stays"),
    _mutant(_numbers_a_retry_anew, ONCE),
    _mutant(_says_more_than_it_has, "progress is what is there", DURABLE),
    _mutant(_does_not_know_its_own_past, CURSOR, SUMS, DURABLE),
    _mutant(_folds_in_the_order_of_arrival, "any order gives the same", "own work is seen"),
    _mutant(_stops_after_a_failure, QUEUES),
    _mutant(_pages_from_the_head, CURSOR, SUMS),
    _mutant(_forgets_to_drop, CURSOR, SUMS),
    _mutant(_adopts_the_sum, SUMS),
    _mutant(_tells_the_assessed, CURSOR),
    _mutant(_leaves_own_work_out, "own work is seen"),
    _mutant(_changes_the_text, "texts are kept as hashed", DURABLE),
)
