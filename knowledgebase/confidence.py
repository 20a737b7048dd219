"""How likely it is that the nearest article answers a question: a logistic model of seven figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from knowledgebase.shelf import Hit

# Fitted by logistic regression on half of tests/knowledgebase/held_out.csv, told plainly and within a story, and on
# questions.csv at half the weight. The order: constant, margin, told, theme, heart, decoy, score, length.
WEIGHTS = (-7.17, 3.67, 0.64, 0.86, 4.08, -0.86, -1.66, 1.61)
# A decoy twice as near as the article says no more than that.
MOST_DECOY = 2.0
LEAST_ALIKE = 0.05


def margin(hits: Sequence[Hit]) -> float:
    """Tell how far the next article lies behind the best, 0 to 1 of the best's score."""
    return 1 - hits[1].score / hits[0].score if len(hits) > 1 and hits[0].score else 1.0


def confidence(hits: Sequence[Hit]) -> float:
    """Give the chance, 0 to 1, that the first of the articles found is the right one."""
    if not hits:
        return 0.0
    best = hits[0]
    decoy = min(MOST_DECOY, best.decoy / max(best.alike, LEAST_ALIKE))
    # A longer question has more words that no phrase has: the same likeness says more.
    length = math.log(2 + best.words)
    figures = (1.0, margin(hits), float(best.told), best.theme, best.heart, decoy, best.score, length)
    return 1 / (1 + math.exp(-sum(weight * figure for weight, figure in zip(WEIGHTS, figures, strict=True))))
