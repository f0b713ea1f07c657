"""Small drawn pictures that stand for photos in the sample: a wall, a floor, and what is wrong."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (800, 600)
_WALLS = ((196, 202, 208), (208, 200, 188), (188, 198, 190), (210, 210, 200))
_FLOORS = ((120, 116, 110), (98, 104, 110), (140, 130, 120))


def draw_finding(seed: str) -> bytes:
    """Draw a JPEG of a corner with a stain or an obstacle; the same seed gives the same picture."""
    dice = random.Random(seed)  # noqa: S311  a picture, not a secret
    image = Image.new("RGB", SIZE, dice.choice(_WALLS))
    pen = ImageDraw.Draw(image)
    horizon = dice.randint(330, 420)
    pen.rectangle((0, horizon, *SIZE), fill=dice.choice(_FLOORS))
    pen.line((0, horizon, SIZE[0], horizon), fill=(70, 70, 70), width=6)
    _draw_box(pen, dice, horizon)
    _draw_stain(pen, dice, horizon)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=78)
    return written.getvalue()


def _draw_box(pen: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    """A red cabinet on the wall, as for a fire hydrant."""
    left = dice.randint(80, 420)
    frame = (left, horizon - 240, left + 170, horizon - 30)
    pen.rectangle(frame, fill=(178, 34, 30), outline=(90, 10, 10), width=5)
    pen.rectangle((left + 30, horizon - 200, left + 140, horizon - 120), fill=(235, 235, 225))


def _draw_stain(pen: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    """Water or dirt on the floor."""
    for _ in range(dice.randint(4, 9)):
        x, y = dice.randint(20, SIZE[0] - 200), dice.randint(horizon + 10, SIZE[1] - 60)
        shade = dice.randint(40, 90)
        pen.ellipse(
            (x, y, x + dice.randint(60, 190), y + dice.randint(16, 48)),
            fill=(shade, shade - 8, shade - 20),
        )
