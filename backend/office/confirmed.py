"""Reading who confirmed a check on the spot, in the words of its record; pure."""

from collections.abc import Iterator

from backend.domains.inspections.confirming import confirmations_in
from backend.office.folded import Record
from shared_schemas.office import ConfirmationSeen

_NAMES = ("side", "name", "how", "stance", "words")


def confirmed_in(record: Record) -> Iterator[ConfirmationSeen]:
    """List what somebody beside the checker said of a check, the earliest first."""
    for one in confirmations_in(dict(record)):
        told = {name: str(one.get(name, "")) for name in _NAMES}
        yield ConfirmationSeen(task=str(record["id"]), **told)
