"""A plugin for `make test`: a run in which a test was skipped is not a green run."""

from __future__ import annotations

import pytest


def skipped(config: pytest.Config) -> int:
    """Return how many tests were left out so far."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a run with skipped tests red."""
    if skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why."""
    if count := skipped(config):
        terminalreporter.write_line(f"Not green: {count} skipped, and every test has to run here.", red=True)
