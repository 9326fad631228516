"""Figures and alerts: the operator's page explains every one."""

import ast
import re
from pathlib import Path

from central.metrics import Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operator.md").read_text("utf-8")


def figures() -> set[str]:
    return set(re.findall(r"^# TYPE (\S+)", Metrics().text().decode(), re.MULTILINE)) - {""}


def test_every_figure_is_explained_to_the_operator() -> None:
    named = {name for name in figures() if not name.endswith("_created")}
    assert len(named) > 8
    assert {name for name in named if f"`{name}`" not in PAGE} == set()


def told(function: str, place: int) -> set[str]:
    """The kinds of alerts or reviews that the code names, whether written out or by a constant of the module."""
    found: set[str] = set()
    for path in (ROOT / "central").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function:
                kind = call.args[place]
                found.add(str(kind.value if isinstance(kind, ast.Constant) else constants[ast.unparse(kind)]))
    return found


def test_every_alert_is_explained_to_the_operator() -> None:
    kinds = told("raise_alert", 1)
    assert {"fork", "restored image"} <= kinds
    assert {kind for kind in kinds if f"| `{kind}` |" not in PAGE} == set()
    assert (
        set(re.findall(r"^\| `([a-z ]+)` \|", PAGE.partition("## Alerts")[2].partition("## ")[0], re.MULTILINE))
        == kinds
    )


def test_every_reason_for_a_review_is_explained_to_the_operator() -> None:
    section = PAGE.partition("## Reviews")[2].partition("## ")[0]
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "central" / "ledger").glob("*.py"))
    cells = re.findall(r"^\| (`[a-z ]+`(?:, `[a-z ]+`)*) \|", section, re.MULTILINE)
    explained = [reason for cell in cells for reason in re.findall("`([a-z ]+)`", cell)]
    assert len(explained) == 10
    assert [reason for reason in explained if f'"{reason}"' not in sources] == []
