"""Rotation in the real vault process, over its socket: renewed, rotated, new custodians, started again by those."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.vaultd.rotating import NEXT_TWO, opened_in
from tests.vaultd.running import Process, running
from tests.vaultd.story import CUSTODIANS, MATTER


def act(process: Process, op: str, kind: str, subject: str, facts: dict[str, Any], **payload: Any) -> dict[str, Any]:
    log = process.story.log
    entry = log.record(kind, subject, "sefa", **facts)
    since = process.call("status")[1]["heads"]["private"]["size"]
    status, answer = process.call(op, **payload, proof=log.proof(entry, since))
    assert status == 200, answer
    return answer


def test_the_running_process_rotates_and_opens_for_its_new_custodians(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with running(folder) as process:
        data = b64encode(b"%PDF the paper").decode()
        name = process.call("seal", kind="transcript", owner={"matter": MATTER}, data=data)[1]["object"]
        before = process.call("keys")[1]
        assert (len(before["epochs"]), before["unfinished"]) == (1, False)
        epoch = before["next"]
        told = act(process, "rotate", "vault.rotate", epoch, {"what": "epoch", "epoch": epoch}, epoch=epoch)
        assert (told["epoch"], told["destroyed"]) == (epoch, 1)
        epoch = process.call("keys")[1]["next"]
        facts = {"what": "root", "epoch": epoch, "custodians": len(NEXT_TWO)}
        phrases = {"current": CUSTODIANS, "custodians": NEXT_TWO}
        told = act(process, "rotate_root", "vault.rotate", epoch, facts, epoch=epoch, **phrases)
        assert (told["custodians"], told["destroyed"]) == (3, 1)
        assert process.call("status")[1]["unsealers"] == sorted(NEXT_TWO)
        assert [one["name"] for one in process.call("keys")[1]["epochs"]] == [epoch]
        (folder / "visitor" / "custodians.json").write_text(json.dumps(NEXT_TWO), "utf-8")
    again = opened_in(folder, process.story.log, custodians=NEXT_TWO)
    assert again.vault.opened.objects.open(name) == b"%PDF the paper"
    again.vault.close()
