"""A cursor travels as text and comes back as it went, or means a full refill."""

from hypothesis import given
from hypothesis import strategies as st

from backend.sync.cursor import Cursor, parse_cursor, scope_mark

HEXADECIMAL = st.text("0123456789abcdef", min_size=1, max_size=12)


@given(st.integers(0, 2**59), HEXADECIMAL, HEXADECIMAL)
def test_CU1_cursor_comes_back_as_it_went(position: int, tag: str, scope: str) -> None:
    cursor = Cursor(position, tag, scope)
    assert parse_cursor(str(cursor)) == cursor


@given(st.text(max_size=30))
def test_CU2_any_text_is_a_cursor_of_ours_or_none(text: str) -> None:
    cursor = parse_cursor(text)
    assert cursor is None or 0 <= cursor.position < 2**63


def test_CU2_texts_that_are_none_of_ours() -> None:
    for text in (
        "",
        "1",
        "1.a",
        "1.a.b.c",
        "-1.a.b",
        "٣.a.b",
        "1.a.b\n",
        f"{10**30}.a.b",
        "1..b",
        "1.A'.b",
    ):
        assert parse_cursor(text) is None, text


def test_CU4_mark_names_the_scope_whatever_its_order() -> None:
    assert scope_mark(["b|task", "a|task"]) == scope_mark(["a|task", "b|task"])
    assert scope_mark(["a|task"]) != scope_mark(["a|task", "a|scheme"])
