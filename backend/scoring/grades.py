"""From exact points to the score and its grade: one rounding and the bands; pure.

Nothing else in scoring may round what a person is judged by.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from shared_schemas.scoring import Band

SCORE_PLACES = 2
LINE_PLACES = 6


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Round an exact number, halves away from zero, and keep all the places.

    Source: decisions G05; rules GR1 and GR2.

    >>> round_half_up(Fraction(95505, 1000), 2)
    Decimal('95.51')
    >>> round_half_up(Fraction(-5, 1000), 2)
    Decimal('-0.01')
    """
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def score_of(total: Fraction) -> Decimal:
    """Give the score with its two decimals, rounded here and nowhere else.

    Source: decisions G05; rule GR1.

    >>> score_of(Fraction(191, 2))
    Decimal('95.50')
    """
    return round_half_up(total, SCORE_PLACES)


def line_points(value: Fraction) -> Decimal:
    """Write the points of one line of the reason tree without needless zeros.

    What six decimals cannot hold is made up for by the tree's rounding line.

    >>> line_points(Fraction(-3, 10)), line_points(Fraction(10))
    (Decimal('-0.3'), Decimal('10'))
    """
    written = round_half_up(value, LINE_PLACES)
    whole = written.to_integral_value()
    return whole if whole == written else written.normalize()


def find_band(bands: Sequence[Band], score: Decimal) -> Band | None:
    """Give the grade of a score: the highest band that starts at or below it.

    So 95.50 is below 96 and belongs to the band that starts at 91.

    Source: decisions G05; rule GR3.
    """
    reached = [band for band in bands if band.from_points <= score]
    return max(reached, key=lambda band: band.from_points, default=None)


def passes(pass_points: Decimal, score: Decimal) -> bool:
    """Say whether a score reaches the pass mark; reaching it exactly is enough.

    Source: rule S07 (合格 70-80); decisions C11; rule GR4.
    """
    return score >= pass_points
