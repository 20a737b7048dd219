"""How likely it is that the nearest article answers a question: a logistic model of five figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from knowledgebase.shelf import Hit

# Fitted by logistic regression on tests/knowledgebase/questions.csv (each question also with its article taken away,
# at a quarter of the weight). The order: constant, margin, support, told, theme, heart.
WEIGHTS = (-4.62, 1.69, 2.29, 0.56, 1.46, 3.61)


def margin(hits: Sequence[Hit]) -> float:
    """Tell how far the next article lies behind the best, 0 to 1 of the best's score."""
    return 1 - hits[1].score / hits[0].score if len(hits) > 1 and hits[0].score else 1.0


def confidence(hits: Sequence[Hit]) -> float:
    """Give the chance, 0 to 1, that the first of the articles found is the right one."""
    if not hits:
        return 0.0
    best = hits[0]
    figures = (1.0, margin(hits), best.support, float(best.told), best.theme, best.heart)
    return 1 / (1 + math.exp(-sum(weight * figure for weight, figure in zip(WEIGHTS, figures, strict=True))))
