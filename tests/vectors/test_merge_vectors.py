"""The merge vectors on the Python twin, in every order; the phone's twin runs the same files."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.sync.merge import Stamped, find_conflicts, find_met, fold
from shared_schemas.policies import POLICIES
from tests.vectors.merge_trace import FOLDER, TARGET, canonical, fold_all, make_trace, measure

Case = dict[str, Any]
MOST_PERMUTED = 5


def _cases() -> list[tuple[str, Case]]:
    files = sorted(path for path in FOLDER.glob("*.json") if path != TARGET)
    return [(path.stem, case) for path in files for case in _read(path)]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _orders(given: list[Case]) -> list[tuple[Case, ...]]:
    if len(given) <= MOST_PERMUTED:
        return list(itertools.permutations(given))
    return [tuple(given), tuple(reversed(given))]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{file}: {case['name']}") for file, case in _cases()]
)
def test_ME1_vector_gives_the_same_record_in_every_order(case: Case) -> None:
    """Each vector's record and conflicts come out whatever the order of arrival."""
    then = case["then"]
    for order in _orders(case["given"]):
        [record] = fold_all(list(order)).values()
        assert canonical(record) == canonical(then["record"])
        assert msgspec.to_builtins(find_conflicts(record)) == then["conflicts"]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{file}: {case['name']}") for file, case in _cases()]
)
def test_vector_meets_what_its_last_operation_had_not_seen(case: Case) -> None:
    """The last operation of each vector is told what it met."""
    *earlier, last = case["given"]
    record = next(iter(fold_all(earlier).values()), None)
    assert find_met(record, Stamped(**last)) == case["then"]["met"]


def test_every_policy_has_at_least_three_vectors() -> None:
    """A policy without vectors would be a twin nobody compares."""
    files = [file for file, _ in _cases()]
    assert {policy: files.count(policy) >= 3 for policy in POLICIES} == dict.fromkeys(
        POLICIES, True
    )


def test_the_trace_folds_to_its_hash_in_any_order() -> None:
    """Several hundred operations, shuffled: the same state, byte for byte."""
    trace = _read(TARGET)
    given = list(trace["given"])
    for seed in range(5):
        random.Random(seed).shuffle(given)
        assert measure(given) == trace["then"]
    assert trace["then"]["conflict_count"] > 0


def test_the_trace_is_the_one_its_seed_makes() -> None:
    """The committed trace is fresh: `python -m tests.vectors.merge_trace` writes it."""
    assert _read(TARGET) == make_trace()


def test_folding_leaves_the_given_record_unchanged() -> None:
    """A record handed to the fold may still be needed as it was."""
    for _, case in _cases():
        record = None
        for plain in case["given"]:
            before = canonical(record)
            after = fold(record, Stamped(**plain))
            assert canonical(record) == before
            record = after
