"""Decisions on what could not be applied: the operations of the held desk, and what each may do.

A record of kind `held` has the id of the held row and is made by decisions alone; it never holds
the text itself, which stays where it was received.

Source: sync design, section 5; SPEC HE6 to HE14.
"""

from typing import Annotated, Any, Literal

from msgspec import Struct

from shared_schemas.policies import Lifecycle, Move, append, first
from shared_schemas.primitives import Bilingual, Id, LongText

HeldStanding = Literal["applied", "changed", "set_aside", "waiting"]
"""Where a held operation stands: 已并入, 改后并入, 不并入, 待核实."""

HeldChoice = Literal["apply", "change", "set_aside", "take_up"]
"""What the person at the desk may do with one held operation right now."""

FieldForm = Literal["choice", "long_text", "number", "text", "yes_no"]
"""How one field of an operation is filled in by hand."""


class HeldApplied(Struct, frozen=True, kw_only=True, tag_field="kind", tag="held_applied"):
    """A held operation was let into the log as it is; record `held`.

    `author` is who recorded it, so that their phone hears of the decision.
    """

    author: Annotated[Id, first()]
    reason: Annotated[LongText, append(field="reasons")]


class HeldChanged(Struct, frozen=True, kw_only=True, tag_field="kind", tag="held_changed"):
    """Another operation was written in the place of a held one, by whoever decided; record `held`.

    `record` is what the new operation is about, `body` what it says.
    """

    author: Annotated[Id, first()]
    reason: Annotated[LongText, append(field="reasons")]
    record: Annotated[Id, append(field="changed_record")]
    body: Annotated[dict[str, Any], append(field="changed_body")]


class HeldSetAside(Struct, frozen=True, kw_only=True, tag_field="kind", tag="held_set_aside"):
    """A held operation is to change nothing; its text stays; record `held`."""

    author: Annotated[Id, first()]
    reason: Annotated[LongText, append(field="reasons")]


class HeldTakenUp(Struct, frozen=True, kw_only=True, tag_field="kind", tag="held_taken_up"):
    """What was set aside waits again for a decision; record `held`."""

    author: Annotated[Id, first()]
    reason: Annotated[LongText, append(field="reasons")]


HELD_LIFECYCLE = Lifecycle(
    initial="waiting",
    moves=(
        Move(name="held_applied", origins=("waiting",), target="applied"),
        Move(name="held_changed", origins=("waiting",), target="changed"),
        Move(name="held_set_aside", origins=("waiting",), target="set_aside"),
        Move(name="held_taken_up", origins=("set_aside",), target="waiting"),
    ),
)

DECISIONS: frozenset[str] = frozenset(move.name for move in HELD_LIFECYCLE.moves)
"""The kinds of operation by which someone decides on a held one."""

NOT_BY_HAND: frozenset[str] = frozenset({"evidence_added", "evidence_withdrawn"})
"""What only its author does: nobody puts another's photo in, or takes it out, by a decision."""

OVERRULED: frozenset[str] = frozenset(
    {
        "checklist_unknown",
        "estimate_limit",
        "finding_withdrawn",
        "item_unknown",
        "not_allowed",
        "not_on_spot",
        "not_the_verifier",
        "own_department",
        "same_person",
    }
)
"""Problems of judgement: a person may decide that the operation is applied all the same."""


def _why(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


NEVER_AS_IT_IS: dict[str, Bilingual] = {
    "operation_malformed": _why(
        "原文读不出来，没有可以并入的内容。", "Its text cannot be read: there is nothing to apply."
    ),
    "kind_unknown": _why(
        "服务器还不认识这种记录；服务器更新后自动再试。",
        "The server does not know this kind yet; it is tried again once it does.",
    ),
    "kind_reserved": _why(
        "这种记录只能由系统产生。", "Only the system makes this kind of operation."
    ),
    "identity_clash": _why(
        "同一编号已有另一份内容；这一份只能改后并入。",
        "Another content stands under its number; this one can only be applied changed.",
    ),
    "record_kind_wrong": _why(
        "它说的是另一种记录，写不进去。", "It speaks of another kind of record than this one is."
    ),
    "task_unknown": _why(
        "没有这项检查，无处可并；下发后自动并入。",
        "There is no such check to apply it to; it joins by itself once it is planned.",
    ),
    "round_unknown": _why(
        "没有这一轮或它的路线，无处可并；到达后自动并入。",
        "There is no such round or route to apply it to; it joins by itself once there is.",
    ),
    "receipt_unreadable": _why(
        "凭条读不出来，证明不了任何一轮。", "The receipt cannot be read: it proves no round."
    ),
    "record_unknown": _why(
        "它所依据的记录还没有到；到达后自动并入。",
        "What it builds on has not arrived; it joins by itself when that comes.",
    ),
    "rules_broken": _why(
        "发布的规则用不了，并入会影响所有人。",
        "What was published does not work, and it would bind everybody.",
    ),
    "version_published": _why("已发布的版本不能改。", "A published version never changes."),
    **dict.fromkeys(
        ("number_wrong", "option_unknown", "tag_wrong"),
        _why("这个值不成立；请改后并入。", "It is no value of the item; apply it changed."),
    ),
    "report_record_wrong": _why(
        "它写在别的日报的编号下。", "It is written under the number of another report."
    ),
    "finding_taken": _why(
        "它写在另一项不合格的编号下。", "It is written under the number of another finding."
    ),
    "evidence_undeclared": _why(
        "记录里没有登记这张照片，并入后也看不到。",
        "The photo is not declared in it, so nobody would ever see it.",
    ),
    **dict.fromkeys(
        (
            "conflict_unknown",
            "decision_outdated",
            "decision_unknown",
            "decision_value_wrong",
            "own_cause",
        ),
        _why("请在冲突页重新核定。", "Decide anew on the page of conflicts."),
    ),
    **dict.fromkeys(
        ("seal_broken", "seal_elsewhere", "signature_wrong", "writer_unknown"),
        _why(
            "封存的整包记录没有打开，里面的记录并入不了。",
            "The sealed bundle was not opened: nothing in it can be applied.",
        ),
    ),
    "could_not_store": _why("数据库拒收这份内容。", "The database refuses this content."),
}
"""Problems of structure: nothing to apply, or nowhere to apply it; why, in words."""

UNFIT = _why("这条记录无法照原样并入。", "It cannot be applied as it is.")
"""For a problem that neither table names."""


def why_never(code: str) -> Bilingual | None:
    """Say why an operation with that problem can never be applied as it is, or nothing.

    >>> why_never("not_allowed")
    >>> why_never("operation_malformed").en
    'Its text cannot be read: there is nothing to apply.'
    """
    return None if code in OVERRULED else NEVER_AS_IT_IS.get(code, UNFIT)
