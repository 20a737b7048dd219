"""Rules written as words."""

import pytest

from classifiers.rule_files import RuleMistake, parse
from classifiers.wording import fold, sentences, shown


def labels(rules: str, text: str) -> list[str]:
    lexicon = parse(rules.splitlines(), "test.txt")
    return [hit.label for sentence in sentences(text) for hit in lexicon.hits(sentence)]


def test_concepts_near_each_other_make_a_label() -> None:
    rules = "[gas] gas\n[smell] smell*, odor*\ngas < gas + smell @4"

    assert labels(rules, "I smell gas") == ["gas"]
    assert labels(rules, "gas? no, one two three four five six smells") == []


def test_a_third_concept_can_forbid_a_label() -> None:
    rules = "[water] water\n[drip] drip*\n[slow] slow*\nflood < water + drip - slow"

    assert labels(rules, "water drips") == ["flood"]
    assert labels(rules, "water drips slowly") == []


def test_masked_words_count_for_nothing() -> None:
    rules = "[mask] fire door*\n[fire] fire\nfire < fire"

    assert labels(rules, "the fire door squeaks") == []
    assert labels(rules, "the fire door is on fire") == ["fire"]


def test_words_of_a_whole_concept_count_for_no_other() -> None:
    rules = "[alarm!] smoke alarm\n[smoke] smoke\nsmoke < smoke\nalarm < alarm"

    assert labels(rules, "smoke alarm") == ["alarm"]


def test_a_term_may_have_up_to_three_words_between() -> None:
    rules = "[stuck] stuck ~ lift\ntrapped < stuck"

    assert labels(rules, "stuck in the old lift") == ["trapped"]
    assert labels(rules, "stuck in the very old glass lift") == []


def test_endings_may_go_on_where_the_file_says_so() -> None:
    rules = "endings 5\n[fire] pozar\nfire < fire"

    assert labels(rules, "po pożarze") == ["fire"]


def test_arabic_words_are_found_behind_their_articles() -> None:
    rules = "[gas] غاز\n[smell] رائحة\ngas < gas + smell"

    assert labels(rules, "رائحة الغاز وبالغاز") == ["gas"]


@pytest.mark.parametrize(("line", "named"), [("nonsense", "line 1"), ("gas < gas", r"\[gas\]")])
def test_a_mistake_in_a_rule_file_is_named(line: str, named: str) -> None:
    with pytest.raises(RuleMistake, match=named):
        parse([line], "test.txt")


def test_spellings_are_folded_into_one() -> None:
    assert fold("HEEELP can’t Straße Łódź ışık") == "help cant strasse lodz isik"


def test_traditional_characters_read_as_simplified() -> None:
    assert sentences("煤氣") == sentences("煤气")


def test_evidence_is_shown_as_it_was_written() -> None:
    assert shown("Die Küche ist NASS", ["kuche", "~nas", "nass", "keller"]) == ("Küche", "NASS")
