"""The sieve before the emergency gate: whatever a rule holds for passes it, and what people write every day does not."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.lexicon import Lexicon
from classifiers.rule_files import parse
from classifiers.sieve import Sieve

FRAGMENTS = 6
RULES = parse(
    [
        "[gas] gas, propane, *gas*",
        "[smell] smell*, stinks of ~ rot, odd air",
        "[mask] gas bill*",
        "[water] water",
        "[ceiling] ceiling, roof ~ hall",
        "danger < gas + smell",
        "flood < water + ceiling - mask",
    ]
)
OTHER = parse(["[fire] fire, on ~ flames", "[now] now", "fire < fire + now @3"])
WORDS = st.sampled_from(
    [
        "gas",
        "biogas",
        "propane",
        "smells",
        "stinks",
        "of",
        "the",
        "rot",
        "odd",
        "air",
        "bill",
        "bills",
        "water",
        "ceiling",
        "roof",
        "big",
        "hall",
        "fire",
        "on",
        "tall",
        "flames",
        "now",
        "and",
    ]
)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=5)


def holds(lexicon: Lexicon, cut: list[list[str]]) -> bool:
    """Try the rules on every sentence and on all neighbouring fragments, as the gate does."""
    joined = [[*one, *other] for one, other in itertools.pairwise(cut) if len(one) + len(other) <= FRAGMENTS]
    return any(lexicon.hits(sentence) for sentence in [*cut, *joined])


@given(TEXTS)
@example([["water"], ["ceiling"]])
@example([["stinks", "of", "the", "rot", "gas"]])
def test_whatever_a_rule_holds_for_passes(cut: list[list[str]]) -> None:
    sieve = Sieve([RULES, OTHER], FRAGMENTS)

    passes = sieve.lets_through(cut)

    assert passes or not (holds(RULES, cut) or holds(OTHER, cut))


def test_nothing_passes_where_what_a_rule_needs_is_not_in_one_sentence() -> None:
    sieve = Sieve([RULES, OTHER], FRAGMENTS)

    passes = sieve.lets_through([["water", "and", "gas", "and", "fire"], ["and", "and", "ceiling", "and", "and"]])

    assert not passes


def test_two_fragments_are_read_as_one() -> None:
    sieve = Sieve([RULES], FRAGMENTS)

    passes = [sieve.lets_through(cut) for cut in ([["water"], ["ceiling"]], [["water"] * 5, ["ceiling"] * 5])]

    assert passes == [True, False]


def test_an_empty_text_does_not_pass() -> None:
    assert not Sieve([RULES], FRAGMENTS).lets_through([])
