"""``safeconduct records place | forget | check``: where a customer's records lie; upkeep of the sealed store."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

VERBS = ("place", "forget", "check")


def add_arguments(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verbs."""
    place = verbs.add_parser("place", help="choose the region of a customer whose records have not come yet")
    place.add_argument("customer", help="the id in the records")
    place.add_argument("region", help="a [[region]] of safeconduct.toml, or own-disk")
    place.add_argument("--account", required=True, help="id of the account that decides")
    forget = verbs.add_parser("forget", help="rewrite index and segments without the erased; run it after an erasure")
    check = verbs.add_parser("check", help="open every sealed page and block, here and in every region")
    for verb in (place, forget, check):
        verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace, setup: Callable[[Path | None], None]) -> int:
    """Run one verb; exit code 1 where something is damaged, or erased and not forgotten yet."""
    setup(arguments.config)
    text, value, good = {"place": _place, "forget": _forget, "check": _check}[arguments.verb](arguments)
    print(json.dumps(value, sort_keys=True) if arguments.json else text)
    return 0 if good else 1


def _place(arguments: argparse.Namespace) -> tuple[str, dict[str, Any], bool]:
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.records.actions import customer_ends  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    actor = actor_for(account=arguments.account, now=clock.now())
    done = customer_ends.place_customer(
        actor=actor, now=clock.now(), customer=arguments.customer, region=arguments.region
    )
    said = f"The records of {done.customer} will lie in {done.region}."
    return said, {"customer": done.customer, "region": done.region}, True


def _forget(_arguments: argparse.Namespace) -> tuple[str, dict[str, Any], bool]:
    from safeconduct.rooms.vault import steps as vault  # noqa: PLC0415 - needs Django to be set up first

    told = vault.forget_erased()
    said = f"{told['forgotten']} erased customers were rewritten away; {told['waiting']} wait for an open collection."
    return said, told, not told["waiting"]


def _check(_arguments: argparse.Namespace) -> tuple[str, dict[str, Any], bool]:
    from safeconduct.rooms.vault import queries as vault  # noqa: PLC0415 - needs Django to be set up first

    told = vault.check_records()
    lines = [f"{told['segments']} segments, {told['runs']} index runs and {told['rows']} rows open."]
    lines += [f"{one['name']}: {one['why']}" for one in told["damaged"]]
    return "\n".join(lines), told, not told["damaged"]
