"""The glossary is the authority on names: every model and every state of a lifecycle stands in it."""

import importlib
import pkgutil
import re
from pathlib import Path

from django.apps import apps

import safeconduct.rooms
from safeconduct.core.base.lifecycle import Lifecycle

GLOSSARY = (Path(__file__).resolve().parents[2] / "docs" / "glossary.md").read_text("utf-8")
PLAIN = {"session", "blind index", "finding record"}
"""Django's own table, and two whose noun stands under another heading: blind index, finding."""


def spoken(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def is_defined(term: str) -> bool:
    return f"\n| {term} |" in GLOSSARY.replace("-", " ")


def lifecycles() -> list[Lifecycle]:
    found: dict[str, Lifecycle] = {}
    for module in pkgutil.walk_packages(safeconduct.rooms.__path__, "safeconduct.rooms."):
        if ".rules" in module.name:
            loaded = vars(importlib.import_module(module.name))
            found |= {value.name: value for value in loaded.values() if isinstance(value, Lifecycle)}
    return list(found.values())


def test_every_model_is_a_term() -> None:
    names = {spoken(model.__name__) for model in apps.get_models()} - PLAIN
    assert len(names) > 20
    assert sorted(name for name in names if not is_defined(name)) == []


def test_every_state_is_named() -> None:
    found = lifecycles()
    assert len(found) >= 5
    missing = {
        (lifecycle.name, state)
        for lifecycle in found
        for state in lifecycle.states
        if not re.search(rf"\b{re.escape(state)}\b", GLOSSARY)
    }
    assert missing == set()


def test_the_terms_stand_in_order() -> None:
    terms = [
        line.split("|")[1].strip() for line in GLOSSARY.splitlines() if line.startswith("| ") and "---" not in line
    ][1:]
    assert terms == sorted(terms, key=str.lower)
    assert len(terms) == len(set(terms))


def test_a_word_that_is_not_there_is_missed() -> None:
    assert not is_defined("gag helper")
