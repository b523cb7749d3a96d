"""Takes points of every leg and prints one line of JSON for each: ``python -m tests.faults.run``, see ``test_kill``."""

import argparse
import gc
import json
import os
import random
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.site.settings.testing"
import django

django.setup()

from tests.faults.flows import LEGS, Leg  # noqa: E402 - needs Django to be set up first
from tests.faults.founding import make_states, passkeys_in  # noqa: E402
from tests.faults.house import House  # noqa: E402
from tests.faults.injection import CALLS, KINDS, Point, Run, Traced, inject, survey  # noqa: E402
from tests.faults.spoiling import CONTROLS  # noqa: E402
from tests.faults.verdicts import Judge  # noqa: E402
from tests.vaultd.story import officer_keys  # noqa: E402

WARMED = (
    *("append", "import", "release: collect", "release: deliver"),
    *("mail", "handover", "suspension", "incident", "erasure"),
    *("records: merge", "records: compact", "records: end"),
)
"""Legs without typesetting, whose threads would not live on in a fork."""
STOPPED = 70
TRIES = 5
SPOILED_POINTS, LATE_POINTS = 2, 20
"""How many points a control takes, and of how many last ones."""


def prepared(folder: Path, template: Path) -> Traced:
    """Make the states in a process of its own, then run what can be run here, so that every fork finds it imported."""
    officer_keys()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with (folder / "founding.log").open("w", buffering=1) as sys.stderr:
                try:
                    make_states(folder, template)
                except Exception:
                    traceback.print_exc()
                    raise
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0, (folder / "founding.log").read_text()
    traced = Traced(folder, passkeys_in(folder))
    kept, sys.stderr = sys.stderr, (folder / "warming.log").open("w")
    for name in WARMED:
        house = House.open(traced.fresh(LEGS[name]), traced.passkeys)
        LEGS[name].act(house, lambda *_: None)
        house.close()
    sys.stderr.close()
    sys.stderr = kept
    gc.collect()
    gc.freeze()
    return traced


def chosen(points: list[Point], rng: random.Random, *, full: bool) -> Iterator[tuple[Point, str]]:
    """Return every point with every kind, shuffled, or one point of each site with one kind, the kinds in turn."""
    if full:
        every = [(point, kind) for point in points for kind in KINDS]
        rng.shuffle(every)
        yield from every
        return
    sites: dict[tuple[str, ...], list[Point]] = {}
    for point in points:
        sites.setdefault(point.site, []).append(point)
    kinds = [*KINDS]
    rng.shuffle(kinds)
    for number, site in enumerate(sorted(sites)):
        yield rng.choice(sites[site]), kinds[number % len(kinds)]


def outcome(run: Run) -> str:
    if os.WIFSIGNALED(run.status):
        return "killed"
    if os.WEXITSTATUS(run.status) == STOPPED:
        return "stopped"
    return ("refused, then done" if run.refused else "done") if run.finished else "refused"


def take_all(traced: Traced, judge: Judge, points: Iterable[tuple[Point, str]], spoiled: str = "") -> None:
    """Take points, and say each with its verdict; one state is judged while the next is made."""
    waiting: list[tuple[Point, str, Run]] = []

    def told() -> None:
        for point, kind, run in waiting:
            wrong, ended = judge.verdict(point.leg), outcome(run)
            said = {"kind": kind, "hit": run.injected, "outcome": ended, "refused": run.refused, "wrong": wrong}
            say(**vars(point), **said, spoiled=spoiled)
        waiting.clear()

    spoil = CONTROLS[spoiled].spoil if spoiled else None
    for point, kind in points:
        run = inject(traced, LEGS[point.leg], point, kind, spoil)
        told()
        for _ in range(TRIES):
            # A random id may fall into a folder that is there already: then there is one call fewer.
            run = run if run.injected else inject(traced, LEGS[point.leg], point, kind, spoil)
        judge.ask(point.leg, traced.work, run.promised)
        waiting.append((point, kind, run))
    told()


def explored(traced: Traced, judge: Judge, leg: Leg) -> list[Point]:
    """Return the points of a leg, after undisturbed runs whose end every other one is compared with."""
    points = survey(traced, leg)
    judge.ask(leg.name, traced.work, {})
    wrong, judge.expected[leg.name] = judge.answer()
    clean = traced.run(leg, ["-e", f"trace={','.join(CALLS)}"])
    judge.ask(leg.name, traced.work, clean.promised)
    wrong += judge.verdict(leg.name)
    sites = sorted({point.site for point in points})
    say(leg=leg.name, points=len(points), sites=sites, clean=clean.injected, wrong=wrong, finished=clean.finished)
    return points


def control(traced: Traced, judge: Judge, way: str, rng: random.Random) -> None:
    """Take some of the last points of a program that is wrong on purpose, where it has promised something."""
    wrong = CONTROLS[way]
    points = [point for point in survey(traced, LEGS[wrong.leg], wrong.spoil) if point.on == wrong.on]
    chosen_late = rng.sample(points[-LATE_POINTS:], SPOILED_POINTS)
    take_all(traced, judge, ((point, "KILL") for point in chosen_late), way)


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("template", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--leg", action="append", help="only these legs")
    asked = parser.parse_args()
    traced = prepared(asked.folder, asked.template)
    rng = random.Random(asked.seed)  # noqa: S311 - repeatable choice
    judge = Judge(asked.folder, traced.passkeys)
    points = [point for name in asked.leg or LEGS for point in explored(traced, judge, LEGS[name])]
    take_all(traced, judge, chosen(points, rng, full=asked.full))
    for way in (name for name, one in CONTROLS.items() if one.leg in judge.expected):
        control(traced, judge, way, rng)
    judge.close()


if __name__ == "__main__":
    main()
