"""One check as a whole: its window, its verdict, and on each item what everybody found."""

from collections.abc import Mapping
from typing import Any

from backend.directory.actors import Actor
from backend.office.arrivals import lacking_of, load_lacking
from backend.office.confirmed import confirmed_in
from backend.office.folded import (
    Given,
    Record,
    given_answers,
    photos_of,
    read_record,
    remarks_of,
    value_of,
)
from backend.office.names import (
    People,
    load_checklists,
    load_instants,
    load_people,
    load_places,
    role_name,
)
from backend.office.scope import covert_sites, load_revision, load_sites
from backend.office.windows import (
    DISCLOSED,
    WINDOW_COLUMNS,
    WINDOW_JOINS,
    people_in,
    read_task,
)
from shared_schemas.inspections import NO_ANSWER, Checklist, ChecklistItem
from shared_schemas.office import AnswerSeen, ApprovalSeen, GivenAnswer, TaskOpened
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Instant

_ONE = f"""
    SELECT {WINDOW_COLUMNS}, coalesce(t.approved_by, '') AS approved_by, r.content AS record
    FROM task_windows w
    {WINDOW_JOINS}
    LEFT JOIN records r ON r.organization_id = $1 AND r.id = w.id
    WHERE w.organization_id = $1 AND w.id = $2 AND w.site_id = ANY($3::text[])
      AND {DISCLOSED.format("$4")}
"""  # noqa: S608  the pieces put in are our own
_NO_CHECKLIST = Checklist(code="", version=0, title=Bilingual(zh=""), words="assessment", items=())


async def load_task(connection: Any, actor: Actor, task: str, *, now_ms: int) -> TaskOpened:
    """Read one due check with every answer given in it, whoever gave it.

    Raises: not_allowed, not_found.
    """
    sites = await load_sites(connection, actor, "see_office")
    row = await connection.fetchrow(
        _ONE, actor.organization, task, list(sites), covert_sites(actor)
    )
    if row is None:
        raise ProblemError("not_found")
    record = read_record(row["record"])
    checklists = await load_checklists(connection, actor.organization, [task])
    checklist = checklists.get(task, _NO_CHECKLIST)
    items = _items(checklist, record)
    given = {one.id: given_answers(record, one.id) for one in items}
    accounts = [account for one in given.values() for account in one]
    people = await load_people(
        connection,
        actor.organization,
        [*people_in([row]), row["approved_by"], *(one.person for one in accounts)],
    )
    times = await load_instants(connection, actor.organization, (one.operation for one in accounts))
    places = await load_places(connection, actor.organization, [task])
    photos = [photo for one in items for photo in photos_of(record, f"evidence/{one.id}")]
    lacking = await load_lacking(connection, actor.organization, photos)
    return TaskOpened(
        revision=await load_revision(connection, actor.organization),
        line=read_task(row, sites, now_ms=now_ms, people=people),
        place=places[task],
        checklist=checklist.title,
        checklist_version=checklist.version,
        words=checklist.words,
        answers=tuple(_answer(record, one, given[one.id], people, times) for one in items),
        remarks=remarks_of(record),
        confirmations=tuple(confirmed_in(record)),
        approval=_approval(record, people),
        photos_lacking=lacking_of(photos, lacking),
    )


def _items(checklist: Checklist, record: Record) -> tuple[ChecklistItem, ...]:
    """List the checklist's items in order, then any answered one that it does not know."""
    known = {one.id for one in checklist.items}
    names = (name.partition("/") for name in record["fields"])
    strange = sorted({item for kind, _, item in names if kind == "answer"} - known)
    return (
        *checklist.items,
        *(ChecklistItem(id=item, text=Bilingual(zh=item)) for item in strange),
    )


def _answer(
    record: Record,
    item: ChecklistItem,
    given: tuple[Given, ...],
    people: People,
    times: Mapping[str, Instant],
) -> AnswerSeen:
    state = record["fields"].get(f"answer/{item.id}", {})
    return AnswerSeen(
        item=item.id,
        text=item.text,
        indicator=item.indicator,
        answer=_answered(state),
        contested=bool(state.get("contested")),
        note=str(value_of(record, f"note/{item.id}") or ""),
        photos=photos_of(record, f"evidence/{item.id}"),
        value=str(value_of(record, f"value/{item.id}") or ""),
        unit=item.unit,
        estimated=bool(value_of(record, f"estimated/{item.id}")),
        bulk=bool(value_of(record, f"bulk/{item.id}")),
        tag=str(value_of(record, f"tag/{item.id}") or ""),
        **_dispute(record, item.id),
        given=tuple(
            show_given(one, people, times, stands=one.person == state.get("person"))
            for one in given
        ),
    )


def _answered(state: Mapping[str, Any]) -> str:
    """Give what stands on an item; an answer that was taken back is none."""
    value = str(state.get("value", ""))
    return "" if value == NO_ANSWER else value


def _dispute(record: Record, item: str) -> dict[str, str]:
    told = value_of(record, f"dispute/{item}")
    if not isinstance(told, dict):
        return {}
    stands = {None: "disputed", False: "fallen"}.get(
        value_of(record, f"finding_stands/{item}"), "stands"
    )
    return {
        "dispute": stands,
        "dispute_by": str(told.get("name", "")),
        "dispute_words": str(told.get("words", "")),
    }


def _approval(record: Record, people: People) -> ApprovalSeen | None:
    state = record["fields"].get("approval")
    if state is None:
        return None
    words = str(value_of(record, "approval_words") or "")
    person = people.name(state["person"])
    return ApprovalSeen(approval=str(state["value"]), person=person, words=words)


def show_given(
    given: Given,
    people: People,
    times: Mapping[str, Instant],
    *,
    stands: bool,
    set_back: bool = False,
) -> GivenAnswer:
    """Give one person's account of an item with name, role and time beside it."""
    return GivenAnswer(
        operation=given.operation,
        person=people.name(given.person),
        role=given.role,
        role_name=role_name(given.role),
        answer=given.answer,
        note=given.note,
        photos=given.photos,
        recorded=times.get(given.operation),
        stands=stands,
        set_back=set_back,
    )
