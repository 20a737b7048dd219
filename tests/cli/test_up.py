"""`hub up` as a person meets it: what it says when it is asked to stop."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.journeys.running import Product
from tests.ports import free_port

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_a_desk_that_is_asked_to_stop_says_so_at_once_and_where_the_data_is(tmp_path: Path) -> None:
    product = Product(tmp_path / "home", port=free_port(), arguments=("--no-demo",)).start()

    product.stop(signal.SIGINT)

    said = [line for line in product.lines if line.strip()]
    stopping = said.index("Stopping …")
    assert not any("ended" in line for line in said[:stopping])
    assert said[-1] == f"Stopped; the data is kept in {tmp_path / 'home'}."
    assert (tmp_path / "home" / "secret_key").exists()
