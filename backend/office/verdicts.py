"""In which heap of the board a check lies; pure. When it was done is judged by the domain."""

from shared_schemas.office import Verdict


def standing(*, state: str, verdict: Verdict) -> str:
    """Say in which of the board's four heaps a check lies: each check lies in exactly one.

    Source: screens brief, office board (completeness).

    >>> standing(state="in_progress", verdict="missed")
    'overdue'
    """
    if state == "finished":
        return "finished"
    if verdict == "missed":
        return "overdue"
    return "in_progress" if state == "in_progress" else "to_come"
