"""Every pair of ink and ground of the pages' tokens passes WCAG AA, in light and in dark."""

import re

import pytest

from tests.house.repository import ROOT, read

TOKENS = ROOT / "pwa" / "src" / "ui" / "tokens.css"
TEXT, SIGN = 4.5, 3.0
ON = ("ground", "card")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "muted", "primary", "pass", "fail") for ground in ON),
    ("warn", "warn-ground", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-pass", "pass", TEXT),
    ("on-fail", "fail", TEXT),
    *(("line", ground, SIGN) for ground in ON),
]


def themes() -> dict[str, dict[str, str]]:
    """Give the colours of each theme by name."""
    blocks = re.findall(r"data-theme='(\w+)'\]\s*\{([^}]*)\}", read(TOKENS))
    return {name: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body)) for name, body in blocks}


def lightness(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG 2.2 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_trap24_ink_can_be_read_on_its_ground(theme: str) -> None:
    colours = themes()[theme]
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
