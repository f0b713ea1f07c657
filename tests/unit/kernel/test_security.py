"""Whose page is asking: the browser's word is taken where it gives one."""

import pytest

from backend.kernel.security import require_same_origin
from shared_schemas.problems import ProblemError

OURS = "https://rounds.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"},
        {"host": "rounds.example", "origin": "https://rounds.example"},
        {"host": "127.0.0.1:8000", "origin": "https://ROUNDS.example"},
        {"host": "h", "sec-fetch-site": "same-origin"},
        {"host": "h", "sec-fetch-site": "none"},
    ],
)
def test_our_own_page_and_an_old_phone_may_write(headers: dict[str, str]) -> None:
    require_same_origin(headers, OURS)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "rounds.example", "origin": "https://elsewhere.example"},
        {"host": "rounds.example", "origin": "https://rounds.example.elsewhere.example"},
        {"host": "rounds.example", "origin": "https://rounds.example:444"},
        {"host": "rounds.example", "origin": "null"},
        {"host": "", "origin": ""},
        {"host": "h", "sec-fetch-site": "cross-site"},
        {"host": "h", "origin": "http://h", "sec-fetch-site": "same-site"},
    ],
)
def test_every_other_page_may_not(headers: dict[str, str]) -> None:
    with pytest.raises(ProblemError) as refused:
        require_same_origin(headers, OURS)
    assert refused.value.problem.code == "csrf_failed"
