"""The rig, a verdict on every case, and the table of all cases at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.chaos.rig import Rig
from tests.chaos.scale import Scale
from tests.chaos.tokens import Look, Tally
from tests.journeys.running import wait_for

KEPT = "chaos"
HEADS = ("case", "seed", "tokens in", "tokens out", "duplicates", "kills", "longest delay", "invariants", "seconds")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cases."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Outcome:
    """One line of the table."""

    case: str
    seed: int
    tokens_in: int
    tokens_out: int
    duplicates: int
    kills: int
    longest_delay: float
    invariants: int
    seconds: float

    @property
    def cells(self) -> list[str]:
        """Return the line as it is printed."""
        numbers = [self.seed, self.tokens_in, self.tokens_out, self.duplicates, self.kills]
        shown = [f"{self.longest_delay:.1f} s", str(self.invariants), f"{self.seconds:.1f}"]
        return [self.case, *map(str, numbers), *shown]


class Place(Protocol):
    """Where a case takes place: the rig, or a desk in this process."""

    def texts(self) -> list[str]:
        """Return the text of every message that came in."""

    def waiting(self) -> int:
        """Return how many envelopes nobody has filed."""

    def states(self) -> dict[str, int]:
        """Return how many envelopes ended how."""

    def broken_promises(self) -> dict[str, int]:
        """Return the promises of `hub doctor` that do not hold."""


@dataclass
class Judge:
    """Waits until every token is there, writes the line of the table, and only then says what is wrong."""

    seed: int
    record: Callable[[str, object], None]
    began: float

    def __call__(
        self,
        case: str,
        tally: Tally,
        place: Place,
        *,
        look: Look | None = None,
        kills: int = 0,
        seconds: float = 90.0,
        duplicates: int = 0,
        at_rest: bool = True,
    ) -> None:
        """Judge a case; `duplicates` are those that its faults make unavoidable."""
        texts = look or place.texts
        try:
            wait_for(lambda: tally.look(texts()), f"Every token of {case}", seconds=seconds)
            if at_rest:
                wait_for(lambda: not place.waiting(), "The last envelope", seconds=seconds)
        except AssertionError:
            pass  # said below, with the table's line written
        tally.look(texts())
        broken = place.broken_promises()
        found = sum(tally.found.values())
        extra = found - len(tally.found)
        outcome = Outcome(
            case,
            self.seed,
            len(tally.given),
            found,
            extra,
            kills,
            tally.longest_delay,
            sum(broken.values()),
            time.monotonic() - self.began,
        )
        self.record(KEPT, asdict(outcome))
        assert tally.missing == [], f"lost: {tally.missing[:10]} of {len(tally.missing)}; {place.states()}"
        assert tally.strange == []
        assert extra <= duplicates, f"twice: {tally.repeated[:10]}"
        assert broken == {}
        assert not at_rest or place.waiting() == 0


@pytest.fixture(scope="session")
def scale() -> Scale:
    """Return how much of everything this run does."""
    return Scale.of_this_run()


@pytest.fixture(scope="session")
def standing_rig(tmp_path_factory: pytest.TempPathFactory, scale: Scale) -> Iterator[Rig]:
    """Lend servers to all cases of this process."""
    with Rig(tmp_path_factory.mktemp("chaos"), scale) as rig:
        yield rig


@pytest.fixture
def rig(standing_rig: Rig) -> Iterator[Rig]:
    """Lend the rig with an empty desk; every process is dead afterwards."""
    standing_rig.begin()
    yield standing_rig
    standing_rig.end()


@pytest.fixture
def judge(scale: Scale, record_property: Callable[[str, object], None]) -> Judge:
    """Lend the judge of one case; its clock runs from now."""
    return Judge(scale.seed, record_property, time.monotonic())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what the processes said last into the report of a case that failed."""
    report = yield
    rig = getattr(item, "funcargs", {}).get("rig")
    if report.failed and isinstance(rig, Rig):
        for name in ("fetch", "worker", "clock", "web"):
            report.sections.append((name, rig.crew.last_words(name)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table, in the order of the cases."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    kept = [value for each in reports for key, value in each.user_properties if key == KEPT]
    if not kept:
        return
    rows = sorted((Outcome(**each) for each in kept), key=lambda each: (_number(each.case), each.case))
    cells = [list(HEADS), *(each.cells for each in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    terminalreporter.section("chaos: tokens in, tokens out")
    for line in cells:
        first, *others = [f"{cell:{'<' if column == 0 else '>'}{widths[column]}}" for column, cell in enumerate(line)]
        terminalreporter.write_line("  ".join([first, *others]))


def _number(case: str) -> int:
    digits = case.split(maxsplit=1)[0].lstrip("C")
    return int(digits) if digits.isdecimal() else 0
