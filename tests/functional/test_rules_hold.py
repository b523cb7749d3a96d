"""The rules of the house, tried on the finished demonstration with its own vault process beside it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.functional.conftest import Demo
from tests.functional.marker_scan import scan

from safeconduct.cli.demonstration.half_year import BY_KEY, HALF_YEAR, Course
from safeconduct.cli.demonstration.processes import start_child

ACTS = Path(__file__).with_name("acts.py")


def act(name: str, config: Path, story: Path) -> dict[str, Any]:
    command = [sys.executable, str(ACTS), name, str(config), str(story)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture(scope="module")
def copy(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of the demonstration to act on, its vault process opened by two custodians."""
    folder = tmp_path_factory.mktemp("c")
    shutil.copytree(demo.root, folder / "demo")
    shutil.copytree(demo.visitor, folder / "demo-visitor")
    mine = Demo(root=folder / "demo", summary=demo.summary)
    passphrases = json.loads((mine.visitor / "custodians.json").read_text())
    child = start_child(
        "vaultd",
        ["vaultd", "--config", str(mine.root / "safeconduct.toml")],
        log=mine.root / "run" / "vaultd.log",
        passphrases=dict(list(passphrases.items())[:2]),
    )
    yield mine
    child.stop()


def on(copy: Demo, name: str) -> dict[str, Any]:
    return act(name, copy.root / "safeconduct.toml", copy.visitor / "story.json")


def test_one_person_with_two_accounts_cannot_release(copy: Demo) -> None:
    told = on(copy, "two_accounts")
    assert len(told["accounts"]) == 2
    assert len(told["persons"]) == 1
    assert told["signing"].startswith("SC-DEMO-SIGNATURE SC-")
    assert len(told["releasing"]) == 2
    assert all(code.startswith("SC-NOT-APPROVED") for code in told["releasing"])
    assert set(told["control"]).isdisjoint(told["before"])
    assert len(told["control"]) == 2


def test_a_changed_scope_voids_its_approvals_and_a_lease_is_not_opened_twice(copy: Demo) -> None:
    told = on(copy, "changed_scope")
    assert told["before"] == 1
    assert told["old_state"] == "revoked"
    assert told["new"] == 0
    assert told["signing_the_old"].startswith("SC-DEMO-SIGNATURE SC-")
    assert told["with_one"].startswith("SC-NOT-APPROVED")
    assert told["control"] == "authorised"
    lease = on(copy, "second_lease")
    assert "leased to another journey" in lease["second"]
    assert lease["control"] is True


def test_with_the_ledger_unwritable_nothing_is_read(copy: Demo) -> None:
    told = on(copy, "closed_ledger")
    assert told["tried"]["opening"].startswith("SC-LEDGER-CLOSED")
    assert told["tried"]["counting"].startswith("SC-LEDGER-CLOSED")
    assert told["tried"]["bare"].startswith("SC-NO-SUCH-ENTRY")
    assert "done" not in told["tried"].values()
    assert told["moved"] == 0
    assert told["control"] > 0


def test_the_over_broad_warrant_was_narrowed_and_both_scopes_are_on_record(copy: Demo) -> None:
    told = on(copy, "both_scopes")
    assert told["asked"]["window"] is None
    assert told["allowed"]["window"] == BY_KEY["courier_warrant"].window.as_json()
    assert any("any and all" in one["words"] for one in told["left_out"])
    assert told["allowed"]["categories"]


def test_every_matter_ended_as_planned(copy: Demo) -> None:
    told = on(copy, "outcomes")
    planned = {
        Course.PRODUCE: "produced",
        Course.NARROW: "produced_in_part",
        Course.NONE_HELD: "none_held",
        Course.REFUSE: "refused",
        Course.FALSE_EMERGENCY: "refused",
        Course.REDIRECT: "redirected",
        Course.EMERGENCY: "produced",
        Course.WITHDRAW: "withdrawn",
    }
    ours = [plan for plan in HALF_YEAR if plan.course is not Course.NATIONAL_SECURITY]
    assert len(told) == len(ours) > 24
    for plan in ours:
        if plan.course in planned:
            assert told[copy.matter(plan.key)["matter"]]["outcome"] == planned[plan.course], plan.key


def words_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return " ".join(page.get_textpage().get_text_bounded() for page in pdf)


def letters(demo: Demo, key: str, kind: str = "letters") -> str:
    found = sorted((demo.visitor / "opened" / key / kind).glob("*.pdf"))
    assert len(found) > 0
    return " ".join(" ".join(words_of(path).split()) for path in found)


def test_the_foreign_letter_was_sent_by_treaty(demo: Demo) -> None:
    assert "treaty" in letters(demo, "german_letter")
    assert "package" not in demo.matter("german_letter")["files"]


def test_the_defective_subpoena_was_refused_with_its_cure(demo: Demo) -> None:
    said = letters(demo, "unsigned_subpoena")
    assert "Serve a signed subpoena that names Northwind Messaging, Inc." in said
    assert "package" not in demo.matter("unsigned_subpoena")["files"]


def test_customers_were_told_and_a_silenced_one_only_after_the_order_ended(demo: Demo) -> None:
    assert letters(demo, "invoice_subpoena", "notices")
    assert letters(demo, "freight_warrant", "notices")
    assert "notices" not in demo.matter("scooter_warrant")["files"]


def test_a_security_letter_is_known_to_the_cleared_alone(demo: Demo) -> None:
    told = act("who_sees", demo.root / "enclave" / "safeconduct.toml", demo.visitor / "enclave" / "story.json")
    assert told["rows"] == 1
    assert told["aline"] == told["ravi"] == 1
    assert told["dov"] == 0


def test_of_the_security_letter_only_the_band_left_the_enclave(demo: Demo, tmp_path: Path) -> None:
    told = json.loads((demo.visitor / "enclave" / "story.json").read_text())["matters"][0]
    secrets = [told["matter"], told["reference"], *told["digests"].values()]
    assert len(secrets) == 4
    outside = tmp_path / "outside"
    shutil.copytree(demo.root, outside, ignore=shutil.ignore_patterns("enclave", "*.sock"))
    assert scan(outside, secrets).hits == {}
    assert scan(demo.root / "enclave", secrets).hits != {}
    (report,) = (demo.root / "public" / "reports").rglob("report.json")
    said = json.loads(report.read_text())
    assert "0-249" in json.dumps(said["national_security"]).replace(" to ", "-")
    assert "national_security_letter" not in json.dumps(said["tables"])
    counted = sum(plan.reported for plan in HALF_YEAR if plan.course is not Course.NATIONAL_SECURITY)
    assert counted == 21
