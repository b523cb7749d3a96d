"""Where the races run: instances in memory-backed folders, made anew after some rounds so that all stay small."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.races.order import watch
from tests.vaultd import story as stories
from tests.vaultd.ground import Log
from tests.vaultd.story import Story, begin, subscriber_rows

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; private folders are made in it
SECOND_READERS = {"noor": ["second_reader"]}


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder, in memory where the machine has one."""
    made = Path(tempfile.mkdtemp(prefix="sc-races-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def contested(log: Log | None = None) -> Iterator[Story]:
    """Give an open vault with an enrolled officer, records and two second readers; its store keeps every order.

    Its entries stand in ``log``: the story's own in memory, or the rooms' ledger.
    """
    with folder() as root, patch.dict(stories.ROLES, SECOND_READERS):
        story = begin(root / "instance")
        story.log = log or story.log
        try:
            story.enrol_officer()
            story.import_rows("subscribers", subscriber_rows())
            watch(story.vault.store)
            yield story
        finally:
            story.vault.close()
