"""The end of a file: nothing opens it again, other matters stay, and nothing that still stands is destroyed."""

from base64 import b64encode

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story

from safeconduct.vaultd.keys import KeyGoneError

OTHER = "d" * 32


def _seal(story: Story, matter: str) -> str:
    data = b64encode(b"PAPER BYTES").decode()
    return str(story.call("seal", kind="paper", owner={"matter": matter}, data=data)["object"])


def _files(story: Story) -> int:
    return sum(1 for _ in (story.configuration.vault_store / "objects").rglob("*.sealed"))


def test_a_destroyed_file_opens_for_nobody_and_another_matters_does(ready: Story) -> None:
    mine, theirs = _seal(ready, MATTER), _seal(ready, OTHER)
    before = _files(ready)
    answer = ready.act("erase_case", "government_requests.erase_case", matter=MATTER)
    assert 0 < answer["erased"] <= before
    assert _files(ready) == before - answer["erased"]
    with pytest.raises(KeyGoneError):
        ready.vault.opened.objects.open(mine)
    assert ready.vault.opened.objects.open(theirs) == b"PAPER BYTES"


def test_it_happens_under_its_own_entry_only(ready: Story) -> None:
    mine = _seal(ready, MATTER)
    assert code_of(lambda: ready.act("erase_case", "government_requests.close", matter=MATTER)) == "SC-WRONG-ENTRY"
    assert ready.vault.opened.objects.open(mine) == b"PAPER BYTES"


def test_a_package_that_waits_for_its_release_keeps_the_file(ready: Story) -> None:
    ready.collect(ready.approved())
    assert code_of(lambda: ready.act("erase_case", "government_requests.erase_case", matter=MATTER)) == "SC-CASE-HELD"
