"""Operations that could not be applied yet: tried again by themselves when their wait is over."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.directory.authors import load_authors
from backend.kernel.database import Database
from backend.sync.instants import Bounds, judge_time
from backend.sync.received import receive
from backend.sync.state import Submission
from shared_schemas.primitives import Capture
from shared_schemas.sync import Outcome, TimeVerdict

HELD_HOURS_MS = 72 * 3_600_000
"""In so many milliseconds a person is to decide on what is held, unless a setting says otherwise.

Source: sync design, section 5; SPEC HE12.
"""


class HeldContext(Struct, frozen=True, kw_only=True):
    """What was known when an operation was held, so that a later try judges its time the same.

    `site` is the scope where it belongs, a closed one too; empty where that is not known.
    """

    sent: Capture
    floor_ms: int
    trusted: dict[str, bool]
    carried: bool = False
    site: str = ""


PORTION = 200
"""So many held operations are tried again at once."""

PORTION_BYTES = 4_000_000
"""So much of their text, and always one. Units: bytes."""


async def resubmissions(
    database: Database, organization: str, brought: Iterable[str]
) -> AsyncIterator[list[Submission]]:
    """Give the held operations that may pass now, portion by portion, the oldest first.

    Each is a push of its own author. The next portion is read when it is asked for.

    Source: sync design, section 5; SPEC HE3.
    """
    wanted, after = list(brought), (-1, "", 0, "")
    while True:
        rows = await database.rows(
            _WAITING_FOR, organization, wanted, *after, PORTION, PORTION_BYTES
        )
        if not rows:
            return
        last = rows[-1]
        after = (last["received_ms"], last["writer_id"], last["counter"], last["id"])
        people = sorted({row["person_id"] for row in rows})
        authors = await load_authors(database, organization, people)
        # Of someone who was shut out since, a person in the office decides, not we.
        yield [
            held_submission(row, authors[row["person_id"]])
            for row in rows
            if row["person_id"] in authors
        ]


_WAITING_FOR = """
    SELECT * FROM (
        SELECT q.*, sum(octet_length(q.content)) OVER (
                   ORDER BY received_ms, writer_id, counter, id) - octet_length(q.content) AS before
          FROM (SELECT * FROM held_operations
                 WHERE organization_id = $1 AND waits_for = ANY($2) AND state = 'waiting'
                   AND (received_ms, writer_id, counter, id) > ($3, $4, $5, $6)
                 ORDER BY received_ms, writer_id, counter, id LIMIT $7) q) bounded
     WHERE before < $8::bigint ORDER BY received_ms, writer_id, counter, id
"""


async def waited_for(database: Database, organization: str) -> list[str]:
    """List what held operations wait for, each once."""
    rows = await database.rows(
        "SELECT DISTINCT waits_for FROM held_operations"
        " WHERE organization_id = $1 AND state = 'waiting' AND waits_for <> ''",
        organization,
    )
    return [row["waits_for"] for row in rows]


def held_submission(row: Mapping[str, Any], actor: Actor) -> Submission:
    """Give a held row as the push that it was: of its own author, with the clocks of then."""
    context = msgspec.json.decode(row["context"], type=HeldContext)
    told = msgspec.json.decode(row["outcome"], type=Outcome)
    return Submission(
        organization=row["organization_id"],
        actor=actor,
        device=row["device_id"],
        writer=row["writer_id"],
        sent=context.sent,
        received=[receive(row["content"].encode(), row["writer_id"])],
        received_ms=row["received_ms"],
        floor_ms=context.floor_ms,
        trusted=context.trusted,
        carried=context.carried,
        set_back=told.time is not None and told.time.set_back,
        retried=True,
    )


def capture_of(submission: Submission) -> Capture:
    """Give the clocks at which a held text was recorded, or sent where it cannot be read."""
    [received] = submission.received
    if received.envelope is not None:
        return received.envelope.captured
    return capture_in(received.text) or submission.sent


def judge_unread(text: bytes, context: HeldContext, received_ms: int) -> TimeVerdict:
    """Judge when a text was recorded that cannot be read as a whole: often by its bounds alone.

    Units: milliseconds UTC.
    """
    captured = capture_in(text)
    if captured is not None:
        bounds = Bounds(floor_ms=context.floor_ms, received_ms=received_ms)
        return judge_time(captured, context.sent, bounds, trusted=False)
    return TimeVerdict(
        best_ms=received_ms,
        earliest_ms=min(context.floor_ms, received_ms),
        latest_ms=received_ms,
        time_class="C",
    )


def capture_in(text: bytes) -> Capture | None:
    """Read the clocks out of an operation that could not be read as a whole, if they are there."""
    try:
        plain = msgspec.json.decode(text)
        return msgspec.convert(plain["captured"], Capture)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        return None
