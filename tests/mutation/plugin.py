"""A pytest plugin that asks the collected tests about each mutant: ``-p tests.mutation.plugin --mutate MODULE``.

The tests are imported and collected once. Each mutant then gets a forked child, in which the functions that differ are
given their changed code, and the tests run until the first one fails. What a function's code does not show (a class's
members, a module's constants, default values) is asked in a child that imports everything anew (``running.verdict``).
"""

import gc
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from tests.mutation.running import BROKEN, KILLED, SURVIVED, chosen, path_of, targets, verdict, wait_for

Place = tuple[str, int]
AS_IT_STANDS = "as it stands"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what is mutated, how much of it, and where the answers go."""
    group = parser.getgroup("mutation")
    group.addoption("--mutate", help="the module whose mutants are asked about")
    group.addoption("--mutants", type=int, default=0, help="how many are drawn; 0 takes all")
    group.addoption("--mutants-seed", type=int, default=0)
    group.addoption("--verdicts", type=Path, help="file that gets one JSON line a mutant")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the collected tests once for the module as it stands, then once for each mutant."""
    options = session.config.option
    if options.mutate is None:
        return None
    rng = random.Random(options.mutants_seed)  # noqa: S311 - repeatable tests
    path = path_of(options.mutate)
    whole = compile(path.read_text("utf-8"), str(path), "exec")
    with options.verdicts.open("a", encoding="utf-8") as kept:

        def say(key: str, found: str) -> None:
            line = {"module": options.mutate, "mutant": key, "verdict": found}
            kept.write(json.dumps(line) + "\n")
            kept.flush()

        say(AS_IT_STANDS, _ask(session, []))
        for mutant in chosen(options.mutate, options.mutants, rng):
            code = compile(mutant.tree, str(path), "exec")
            changes = differing(whole, code)
            if changes is None:
                say(mutant.key, _anew(options.mutate, whole, code))
            else:
                say(mutant.key, _ask(session, changes))
    return True


def _anew(module: str, whole: CodeType, changed: CodeType) -> str:
    """Return the verdict of everything imported anew; what only the change keeps from being imported, it killed."""
    tests = targets()[module]
    found = verdict(module, changed, tests)
    return KILLED if found == BROKEN and verdict(module, whole, tests) == SURVIVED else found


def differing(whole: CodeType, changed: CodeType) -> list[tuple[FunctionType, CodeType]] | None:
    """Return the living functions that change and their new code; None if the change is no function's alone."""
    before, after = dict(_codes(whole)), dict(_codes(changed))
    places = {place for place in before if before[place] != after.get(place)}
    if not places or set(before) != set(after) or _outside(whole, changed):
        return None
    found = []
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == whole.co_filename:
            place = _place(one.__code__)
            if place in places:
                if one.__code__.co_freevars != after[place].co_freevars:
                    return None
                found.append((one, after[place]))
    return found or None


def _place(code: CodeType) -> Place:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[tuple[Place, CodeType]]:
    """Yield every function's code by its place; what stands inside another function is part of that one."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if "<locals>" not in constant.co_qualname and not constant.co_name.startswith("<"):
                yield _place(constant), constant
            yield from _codes(constant)


def _outside(whole: CodeType, changed: CodeType) -> bool:
    """Return whether the code of the module or of a class body differs, functions left aside."""
    if whole.co_code != changed.co_code or _plain(whole) != _plain(changed):
        return True
    inner = zip(_bodies(whole), _bodies(changed), strict=True)
    return any(_outside(one, other) for one, other in inner)


def _plain(code: CodeType) -> list[object]:
    return [(type(one), one) for one in code.co_consts if not isinstance(one, CodeType)]


def _bodies(code: CodeType) -> list[CodeType]:
    """Return the class bodies inside a module's or a class's code: they are no functions of their own."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return [one for one in inner if not one.co_flags & 0x1]


def _ask(session: pytest.Session, changes: list[tuple[FunctionType, CodeType]]) -> str:
    child = os.fork()
    if child == 0:
        _run(session, changes)
    return wait_for(child)


def _run(session: pytest.Session, changes: list[tuple[FunctionType, CodeType]]) -> None:
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    ended = 3
    try:
        for function, code in changes:
            function.__code__ = code
        following = [*session.items[1:], None]
        for item, after in zip(session.items, following, strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if session.testsfailed:
                break
        ended = 1 if session.testsfailed else 0
    except BaseException:  # noqa: BLE001 - whatever ends the run of a mutant early has noticed it
        ended = 1
    finally:
        sys.stdout.flush()
        os._exit(ended)
