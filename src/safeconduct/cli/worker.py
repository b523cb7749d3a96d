"""``safeconduct worker``: keep the logs and do what is due in each room, one worker at a time."""

import argparse
import json
import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

NAME = "worker"
SETTINGS = "safeconduct.site.settings.headless"
EVERY_S = 15.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument("--config", type=Path, required=True, help="the instance's safeconduct.toml")
    parser.add_argument("--every", type=float, default=EVERY_S, help="seconds between rounds")
    parser.add_argument("--once", action="store_true", help="do one round and end")
    parser.add_argument("--json", action="store_true", help="print each round as a line of JSON")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; ``--once`` returns 1 if a task was refused or another worker holds the lease."""
    os.environ["SAFECONDUCT_CONFIG"] = str(arguments.config.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django  # noqa: PLC0415 - it reads the instance when it is set up

    django.setup()
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return _work(arguments, ended)


def _work(arguments: argparse.Namespace, ended: threading.Event) -> int:
    from safeconduct.core.base.ids import new_id  # noqa: PLC0415 - the heavy imports wait for the arguments
    from safeconduct.site import clock, working  # noqa: PLC0415 - needs Django to be set up first

    holder = new_id(os.urandom)
    try:
        while not ended.is_set():
            mine = working.take_lease(holder=holder, machine_now=datetime.now(UTC))
            found = working.work_once(now=clock.now(), read=clock.read) if mine else {"lease": "held by another"}
            if arguments.json:
                print(json.dumps(found), flush=True)
            if arguments.once:
                return 0 if mine and set(found.values()) == {"done"} else 1
            ended.wait(arguments.every)
    finally:
        working.give_back(holder=holder)
    return 0
