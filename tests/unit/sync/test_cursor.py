"""A cursor travels as text and comes back as it went, or means a full refill."""

from hypothesis import given
from hypothesis import strategies as st

from backend.sync.cursor import (
    MOST_CHARACTERS,
    Cursor,
    Filling,
    Mark,
    own_mark,
    parse_cursor,
    scope_mark,
)

HEXADECIMAL = st.text("0123456789abcdef", min_size=1, max_size=12)


MARK = st.builds(Mark, HEXADECIMAL, st.just("") | HEXADECIMAL)
FILLING = st.none() | st.builds(Filling, MARK, st.integers(0, 2**59))


@given(st.integers(0, 2**59), HEXADECIMAL, MARK, FILLING)
def test_CU1_cursor_comes_back_as_it_went(
    position: int, tag: str, mark: Mark, filling: Filling | None
) -> None:
    cursor = Cursor(position, tag, mark, filling)
    assert parse_cursor(str(cursor)) == cursor
    assert len(str(cursor)) <= MOST_CHARACTERS
    assert set(str(cursor)) <= set("0123456789abcdef.-~"), "it stands in an address as it is"


def test_CU1_cursor_of_the_first_release_is_still_read() -> None:
    cursor = parse_cursor("1842.9f31c07a22be.4be1d27c90aa")
    assert cursor == Cursor(1842, "9f31c07a22be", Mark("4be1d27c90aa"))


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
        "1.a.b-",
        "1.a.b-c-d",
        "1.a.b~c",
        "1.a.b~c~",
        "1.a.b~~3",
        "1.a.b-c~d-e~-3",
        f"1.a.b~c~{10**30}",
    ):
        assert parse_cursor(text) is None, text


def test_CU4_mark_names_the_scope_whatever_its_order() -> None:
    assert scope_mark(["b|task", "a|task"]) == scope_mark(["a|task", "b|task"])
    assert scope_mark(["a|task"]) != scope_mark(["a|task", "a|scheme"])


def test_CU4_mark_of_ones_own_scope_is_no_other_persons() -> None:
    assert own_mark("person/ana") != own_mark("person/ben")
