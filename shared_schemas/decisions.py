"""What a person in the office decides where the merge alone may not: between people who differ.

These operations may be made on any kind of record that has a contested field; the record keeps
everything that was decided between.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from shared_schemas.primitives import Bilingual, ShortText

FieldName = Annotated[str, Meta(min_length=1, max_length=300)]
"""A field of a record, such as `answer/cleaning`: its name and the item it speaks of."""

OneLine = Annotated[str, Meta(min_length=1, max_length=200)]
"""A reason as people read it; never empty."""


CONFLICT_DECISIONS = frozenset({"conflict_decided", "decision_withdrawn"})
"""The kinds of this file. One that is refused has done nothing: it is kept, and set aside."""


class ConflictDecided(Struct, frozen=True, kw_only=True, tag_field="kind", tag="conflict_decided"):
    """Someone in the office said which of several values stands, and why; any record.

    `between` names the operation of every entry that counted when it was decided; as soon as
    another one counts, the decision stands no more. `signed` is the author's own name, for the
    phone that shows it; the author is the one who sent it.

    Source: sync design, section 3 (conflict); SPEC ME12 to ME16.
    """

    field: FieldName
    between: Annotated[tuple[ShortText, ...], Meta(min_length=1, max_length=200)]
    value: Any
    reason: OneLine
    signed: Bilingual


class DecisionWithdrawn(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="decision_withdrawn"
):
    """Someone in the office took a decision back; the policy stands again; any record.

    `decision` is the operation that decided.

    Source: sync design, section 3 (conflict); SPEC ME14.
    """

    field: FieldName
    decision: ShortText
    reason: OneLine
