"""The counters that a writer's phone has brought beyond a gap, as runs: pure.

A number that is lost for good leaves one gap; were everything behind it listed one by one, the list
would grow with all that the phone ever does.
"""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from backend.kernel.canonical import canonical

_RUNS = msgspec.json.Decoder(list[int | tuple[int, int]])

Spans = list[tuple[int, int]]
"""Runs of counters, first and last, in order, with a gap before each."""

MOST_TOLD = 2_000
"""So many of the latest counters beyond a gap are told to a phone: those whose answer it may lack.
An older one that it sends again is known as a duplicate."""


def read_spans(text: bytes | str) -> Spans:
    """Read what is stored: a number stands for itself, a pair for all between.

    >>> read_spans("[5,[7,9]]")
    [(5, 5), (7, 9)]
    """
    spans: Spans = []
    for one in _RUNS.decode(text):
        first, last = (one, one) if isinstance(one, int) else one
        if spans and first == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def write_spans(spans: Spans) -> str:
    """Give the text to store.

    >>> write_spans([(5, 5), (7, 9)])
    '[5,[7,9]]'
    """
    return canonical([first if first == last else [first, last] for first, last in spans])


def add_counter(spans: Spans, counter: int) -> None:
    """Put one counter in; what it joins becomes one run.

    >>> spans = [(5, 5), (7, 9)]
    >>> add_counter(spans, 6)
    >>> spans
    [(5, 9)]
    """
    place = bisect_right(spans, (counter, counter))
    first = last = counter
    if place and spans[place - 1][1] >= counter - 1:
        place -= 1
        first, last = spans[place][0], max(counter, spans[place][1])
        del spans[place]
    if place < len(spans) and spans[place][0] <= last + 1:
        last = max(last, spans[place][1])
        del spans[place]
    spans.insert(place, (first, last))


def opens_gap(spans: Spans, counter: int) -> bool:
    """Say whether a counter joins none of the runs.

    >>> [opens_gap([(5, 6)], counter) for counter in (3, 4, 5, 7, 8)]
    [True, False, False, False, True]
    """
    return not any(first - 1 <= counter <= last + 1 for first, last in spans)


def count_counters(spans: Sequence[tuple[int, int]]) -> int:
    """Count what the runs hold."""
    return sum(last - first + 1 for first, last in spans)


def latest_counters(spans: Spans, most: int = MOST_TOLD) -> tuple[int, ...]:
    """List the latest counters one by one, in order.

    >>> latest_counters([(5, 5), (7, 9)], 3)
    (7, 8, 9)
    """
    told: list[int] = []
    for first, last in reversed(spans):
        told += range(last, max(first, last - most + len(told) + 1) - 1, -1)
        if len(told) >= most:
            break
    return tuple(reversed(told))
