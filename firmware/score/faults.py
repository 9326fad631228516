"""Where a strict decoder found a JSON document at fault, as a key a person can look for."""

import re
from typing import Any

import msgspec

from firmware.score.errors import RulesInvalid

__all__ = ["all_located", "located"]

MISSING, UNKNOWN = "missing, add it", "not a key that rules have, remove it"

_FIELD = re.compile(r"(unknown|required) field `([^`]*)`")
_STEP = re.compile(r"\.([^.\[`]+)|\[(\d+|\.\.\.)\]")


def all_located(document: Any, kind: type, error: msgspec.ValidationError) -> list[tuple[str, str]]:
    """The first fault under each key of a document that is no `kind`, and the keys that lack or are too many."""
    if not isinstance(document, dict):
        return [located(document, kind, error)]
    faults = []
    wanted = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in wanted.items():
        if name not in document and field.required:
            faults.append((name, MISSING))
        elif name in document:
            faults += _fault(name, document[name], field.type)
    faults += [(name, UNKNOWN) for name in document if name not in wanted]
    return faults or [located(document, kind, error)]


def _fault(name: str, value: Any, kind: Any) -> list[tuple[str, str]]:
    """What is wrong with one key's value."""
    alone = msgspec.defstruct("Alone", [(name, kind)])
    try:
        msgspec.convert({name: value}, alone)
    except msgspec.ValidationError as error:
        return [located({name: value}, alone, error)]
    return []


def located(document: Any, kind: type, error: msgspec.ValidationError) -> tuple[str, str]:
    """The bad key of a decoded document that is no `kind`, and what is wrong there."""
    fault, _, place = str(error).partition(" - at `")
    steps = [name or number for name, number in _STEP.findall(place)]
    steps = _named(document, kind, steps, str(error))
    if field := _FIELD.search(fault):
        steps.append(field[2])
        fault = UNKNOWN if field[1] == "unknown" else MISSING
    return _written(steps), fault


def _named(document: Any, kind: type, steps: list[str], error: str) -> list[str]:
    """The steps with each `...`, which stands for any key of an object, replaced by the key at fault."""
    node, found = document, list[str]()
    for step in steps:
        name = _culprit(document, kind, node, error) if step == "..." else step
        found.append(name)
        node = node[int(name)] if isinstance(node, list) else node[name]
    return found


def _culprit(document: Any, kind: type, node: dict[str, Any], error: str) -> str:
    """The first key that, alone in its object, leaves the document at fault in the same way."""
    kept = dict(node)
    try:
        return next(name for name in kept if _fails_alone(document, kind, node, {name: kept[name]}) == error)
    finally:
        node.clear()
        node.update(kept)


def _fails_alone(document: Any, kind: type, node: dict[str, Any], content: dict[str, Any]) -> str | None:
    node.clear()
    node.update(content)
    try:
        msgspec.convert(document, kind)
    except (msgspec.ValidationError, RulesInvalid) as error:
        return str(error)
    return None


def _written(steps: list[str]) -> str:
    return "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps).removeprefix(".") or "$"
