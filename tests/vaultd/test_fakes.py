"""Seeded fakes at the vault process: nothing leaves for one, no real paper becomes one, and none is told early."""

from base64 import b64encode
from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.vaultd.fakes import commitment

PLAN = "f" * 32
PAPER, MAIL = b"A FORGED PAPER", b"A MAIL WITH A FORGED PAPER"
PAST, FUTURE = "2026-01-02T09:00:00Z", "2099-01-02T09:00:00Z"


def _plan(at: str = PAST, paper: bytes = PAPER, mail: bytes = MAIL) -> dict[str, Any]:
    return {
        "version": 1,
        "plan": PLAN,
        "salt": "5a" * 16,
        "at": at,
        "process": "subpoena",
        "signals": ["haste"],
        "paper": b64encode(paper).decode(),
        "mail": b64encode(mail).decode(),
    }


def _committed(paper: bytes = PAPER, mail: bytes = MAIL) -> str:
    told = {"plan": PLAN, "salt": "5a" * 16, "paper": sha256_hex(paper), "mail": sha256_hex(mail) if mail else ""}
    return commitment(told)


def _seed(story: Story, data: dict[str, Any], committed: str) -> dict[str, Any]:
    proof = story.proof("government_requests.plan_fake", subject=PLAN, commitment=committed)
    return story.call("plan_fake", plan=PLAN, data=data, proof=proof)


def _file(story: Story, data: bytes, matter: str = MATTER) -> None:
    story.call("seal", kind="paper", owner={"matter": matter}, data=b64encode(data).decode())


def test_nothing_leaves_for_a_matter_that_holds_a_planned_paper(ready: Story) -> None:
    _seed(ready, _plan(), _committed())
    digest = ready.approved()
    _file(ready, PAPER)
    assert code_of(lambda: ready.collect(digest)) == "SC-SEEDED-FAKE"


def test_a_paper_that_turns_out_to_be_one_before_the_release_stays(ready: Story) -> None:
    _seed(ready, _plan(), _committed())
    collected = ready.collect(ready.approved())
    ready.sign(collected["release_digest"], "mara")
    _file(ready, PAPER)
    assert code_of(lambda: ready.release(collected["release_digest"])) == "SC-SEEDED-FAKE"


def test_another_matters_paper_leaves(ready: Story) -> None:
    _seed(ready, _plan(), _committed())
    _file(ready, PAPER, "e" * 32)
    assert ready.collect(ready.approved())["manifest_root"]


@pytest.mark.parametrize("known", [PAPER, MAIL])
def test_no_paper_that_is_here_becomes_a_fake(ready: Story, known: bytes) -> None:
    _file(ready, known)
    assert code_of(lambda: _seed(ready, _plan(), _committed())) == "SC-NOT-A-FAKE"
    assert ready.collect(ready.approved())["manifest_root"]


def test_the_entry_commits_to_the_very_paper(ready: Story) -> None:
    assert code_of(lambda: _seed(ready, _plan(), _committed(b"ANOTHER PAPER"))) == "SC-WRONG-ENTRY"
    assert code_of(lambda: _seed(ready, {**_plan(), "more": ""}, _committed())) == "SC-FAKE-PLAN"


def test_a_mail_is_handed_out_from_its_instant_until_it_is_here(ready: Story) -> None:
    _seed(ready, _plan(), _committed())
    assert ready.call("due_fakes") == {"mails": [b64encode(MAIL).decode()]}
    _file(ready, MAIL, "e" * 32)
    assert ready.call("due_fakes") == {"mails": []}


def test_a_mail_of_the_future_and_one_of_an_opened_plan_stay(ready: Story) -> None:
    _seed(ready, _plan(FUTURE), _committed())
    assert ready.call("due_fakes") == {"mails": []}


def test_a_plan_opens_under_its_own_entry_only(ready: Story) -> None:
    _seed(ready, _plan(), _committed())
    wrong = ready.proof("government_requests.open_case", subject=PLAN)
    assert code_of(lambda: ready.call("open_fake", plan=PLAN, proof=wrong)) == "SC-WRONG-ENTRY"
    told = ready.call("open_fake", plan=PLAN, proof=ready.proof("government_requests.open_fake", subject=PLAN))
    assert commitment({name: told[name] for name in ("plan", "salt", "paper", "mail")}) == _committed()
    assert (told["signals"], told["at"]) == (["haste"], PAST)
    assert ready.call("due_fakes") == {"mails": []}


def test_nobody_but_the_vault_process_seals_a_plan(ready: Story) -> None:
    seal = {"kind": "fake_plan", "owner": {"matter": MATTER}, "data": b64encode(b"{}").decode()}
    assert code_of(lambda: ready.call("seal", **seal)) == "SC-CALL"
