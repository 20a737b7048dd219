"""Request Tracker CVE-2011-4458: an address with shell characters in it ran as a command when mail was sent.

Our rule: no word from outside comes near a shell. Programs are started by their argument list, mail leaves by SMTP.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hub", "channels", "classifiers", "knowledgebase")
SHELLS = {
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    return list(find_calls())


def find_calls() -> Iterator[tuple[str, ast.Call]]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_no_part_of_the_product_starts_a_shell() -> None:
    found = [
        where
        for where, call in calls()
        if ast.unparse(call.func) in SHELLS
        or any(each.arg == "shell" and ast.unparse(each.value) == "True" for each in call.keywords)
    ]

    assert found == []


def test_no_part_of_the_product_runs_text_as_a_program() -> None:
    found = [where for where, call in calls() if ast.unparse(call.func) in {"eval", "exec", "compile", "__import__"}]

    assert found == []
