"""The gate of rules that runs before any model."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.emergencies import EmergencyKind, check, find_all
from classifiers.examples import starting_examples
from classifiers.labels import Queue

PLAIN = [
    ("water is pouring thru the kitchen light", EmergencyKind.FLOOD),
    ("I can smell gas on the landing", EmergencyKind.GAS),
    ("the CO alarm won't stop and it says 90 ppm", EmergencyKind.CARBON_MONOXIDE),
    ("fire in the laundry room!!", EmergencyKind.FIRE),
    ("sparks are coming out of the socket", EmergencyKind.ELECTRICAL),
    ("raw sewage is coming up out of the tub", EmergencyKind.SEWAGE),
    ("No heat, it is 8 below and we have a newborn", EmergencyKind.NO_HEAT),
    ("somebody broke into my apartment", EmergencyKind.BREAK_IN),
    ("he is hitting her and she is screaming for help", EmergencyKind.VIOLENCE),
    ("we are stuck in the elevator", EmergencyKind.TRAPPED),
    ("the ceiling just collapsed in the bedroom", EmergencyKind.STRUCTURE),
    ("locked out and my toddler is inside alone", EmergencyKind.LOCKED_OUT),
    ("a man is unconscious in the lobby", EmergencyKind.MEDICAL),
    ("Hay una fuga de gas en el edificio", EmergencyKind.GAS),
    ("Se está quemando el departamento de arriba", EmergencyKind.FIRE),
    ("Im Keller ist ein Rohr geplatzt, alles unter Wasser", EmergencyKind.FLOOD),
    ("Der Rauchmelder schrillt und es qualmt aus der Küche", EmergencyKind.FIRE),
    ("Il y a une forte odeur de gaz dans l'immeuble", EmergencyKind.GAS),
    ("Pożar w piwnicy", EmergencyKind.FIRE),
    ("Asansörde mahsur kaldık", EmergencyKind.TRAPPED),
    ("الماء ينزل من السقف في كل مكان", EmergencyKind.FLOOD),
    ("گھر میں گیس لیک ہو رہی ہے", EmergencyKind.GAS),
    ("У квартирі пожежа", EmergencyKind.FIRE),
    ("隔壁着火了", EmergencyKind.FIRE),
    ("樓上漏水，天花板一直滴水", EmergencyKind.FLOOD),
]
INDIRECT = [
    ("everyone in the flat gets dizzy as soon as the boiler is on", EmergencyKind.CARBON_MONOXIDE),
    ("something under the stove hisses and it stinks of rotten eggs", EmergencyKind.GAS),
    ("old Mr Haas hasn't opened his door for five days and the mail is piling up", EmergencyKind.MEDICAL),
    ("I keep emptying the bucket under the ceiling lamp, it drips faster and faster", EmergencyKind.FLOOD),
    ("someone is banging on the elevator door from inside", EmergencyKind.TRAPPED),
    ("door slammed shut behind me and the soup is on the stove", EmergencyKind.LOCKED_OUT),
    ("we can see our breath in the nursery", EmergencyKind.NO_HEAT),
    ("Water. Through the ceiling. Everywhere.", EmergencyKind.FLOOD),
]
CALM = [
    "The smoke detector chirps, the battery is flat",
    "When is the fire drill?",
    "my gas bill is too high",
    "Does my renters insurance cover a fire?",
    "The fire door on the second floor squeaks",
    "Last year we had a flood in the basement. Was the pump replaced?",
    "What should we do in case of a fire?",
    "thanks for fixing the gas leak so quickly",
    "the kitchen tap drips",
    "the neighbours smoke on the balcony and it drifts into my bedroom",
    "Elevator is out of order on the third floor, nobody inside",
    "no hot water this morning",
    "Wann werden die Rauchmelder geprüft?",
    "Die Brandschutztür klemmt",
    "El detector de humo pita, creo que es la pila",
    "Où est l'extincteur ?",
    "Rachunek za gaz jest za wysoki",
    "Doğalgaz faturası çok yüksek",
    "فاتورة الغاز مرتفعة",
    "گیس کا بل زیادہ ہے",
    "Рахунок за газ завеликий",
    "煤气费太高了",
]


@pytest.mark.parametrize(("text", "kind"), [*PLAIN, *INDIRECT])
def test_danger_is_found_with_its_kind_and_the_words_that_say_so(text: str, kind: EmergencyKind) -> None:
    found = {emergency.kind: emergency for emergency in find_all(text)}

    assert kind in found
    assert found[kind].evidence


@pytest.mark.parametrize("text", CALM)
def test_calm_matters_speak_of_no_danger(text: str) -> None:
    assert find_all(text) == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("we are stuck in the elevator, between the floors", True),
        ("Fire! The kitchen is burning, flames and thick smoke in the hallway", True),
        ("I smell gas in the kitchen", True),
        ("a pipe burst", False),
        ("Your plumber flooded my hallway with mud from his boots", False),
        ("squirrels broke into the attic through the vent", False),
    ],
)
def test_what_is_told_less_plainly_is_heard_but_is_no_emergency_by_itself(text: str, plain: bool) -> None:
    assert find_all(text)
    assert (check(text) is not None) is plain


def test_what_a_fragment_says_is_not_heard_twice_beside_another() -> None:
    assert find_all("Bathroom\na pipe burst")
    assert check("Bathroom\na pipe burst") is None


def test_the_worst_danger_comes_first() -> None:
    found = find_all("There is a fire in the kitchen and water is pouring through the ceiling")

    assert found[0].kind is EmergencyKind.FIRE


def test_something_past_does_not_hide_something_present() -> None:
    (emergency,) = find_all("Last year the basement flooded. Now I smell gas in the hallway.")

    assert emergency.kind is EmergencyKind.GAS


def test_an_emergency_knows_its_queue_and_whether_operations_must_act() -> None:
    (burst,), (fight,) = find_all("a pipe burst"), find_all("he has a knife")

    assert (burst.queue, burst.needs_task) == (Queue.MAINTENANCE, True)
    assert (fight.queue, fight.needs_task) == (Queue.FRONT_DESK, False)


def test_most_starting_emergencies_are_heard_and_few_calm_messages_are_called_plain() -> None:
    examples = starting_examples()

    dangers = [e for e in examples if e.emergency]
    heard = [e for e in dangers if find_all(e.text)]
    calm = [e for e in examples if not e.emergency]
    plain = [e.text for e in calm if check(e.text) is not None]

    assert len(heard) >= len(dangers) * 0.8
    assert len(plain) <= len(calm) * 0.01


@given(st.text(max_size=400))
def test_any_text_is_answered(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", ["gas " * 5_000, "a" * 60_000, "leak ~ * [mask] < gas + smell " * 500, "水" * 20_000])
def test_no_text_takes_long(text: str) -> None:
    check("warm")
    began = time.process_time()

    check(text)

    assert time.process_time() - began < 3


def test_an_ordinary_text_takes_under_two_milliseconds() -> None:
    texts = [example.text for example in starting_examples()]
    for text in texts:
        check(text)
    began = time.process_time()

    for text in texts:
        check(text)

    assert (time.process_time() - began) / len(texts) < 0.002
