"""``safeconduct requests executor``: have the page keys of an authorised scope sealed to a distributed engine."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_arguments(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare ``executor``."""
    give = verbs.add_parser("executor", help="seal the page keys of an authorised scope to a distributed engine")
    give.add_argument("matter", help="the matter's id")
    give.add_argument("--executor", required=True, help="name of an [[executor]] of safeconduct.toml")
    give.add_argument("--account", required=True, help="id of the account that asks")
    give.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
    give.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace, setup: Callable[[Path | None], None]) -> int:
    """Ask for the grant and say where it lies."""
    setup(arguments.config)
    from safeconduct.rooms.government_requests.actions.executors import (  # noqa: PLC0415 - needs Django to be set up first
        grant_executor,
    )
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    actor = actor_for(account=arguments.account, now=clock.now())
    made = grant_executor(actor=actor, now=clock.now(), matter=arguments.matter, executor=arguments.executor)
    told = {"grant": made.grant, "file": made.file, "until": made.until, "keys": made.keys, "segments": made.segments}
    line = f"{made.file}: {made.keys} page keys of {made.segments} segments, until {made.until}."
    print(json.dumps(told, sort_keys=True) if arguments.json else line)
    return 0
