"""The phone's copy of the shapes is the one that the shapes make."""

from shared_schemas import export
from shared_schemas.operations import KINDS


def test_schemas_gen_is_fresh() -> None:
    """A changed shape without `python -m shared_schemas.export` would split phone and server."""
    assert export.TARGET.read_text(encoding="utf-8") == export.render()


def test_schemas_gen_keeps_every_kind_with_its_literal_name() -> None:
    """The phone tells operations apart by `kind`, so each body must carry its own."""
    text = export.render()
    for name in KINDS:
        assert f'kind: "{name}"' in text
