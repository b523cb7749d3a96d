"""What left is what the scope says, readable with tools that are not ours."""

import html
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.functional.conftest import ROWS, SEED, Demo
from tests.functional.oracle import TABLE_OF, Oracle

from safeconduct.cli.demonstration.half_year import BY_KEY, PRODUCING, Course

PRODUCED = sorted(
    key for key, plan in BY_KEY.items() if plan.course in PRODUCING and plan.course is not Course.NONE_HELD
)
CATEGORIES = {
    "invoice_subpoena": {"subscriber", "payment", "call_detail"},
    "pharmacy_order": {"subscriber", "call_detail", "message_detail"},
    "credit_subpoena": {"subscriber", "call_detail"},
    "freight_warrant": set(TABLE_OF),
    "courier_warrant": set(TABLE_OF) - {"payment"},
    "missing_person": set(TABLE_OF) - {"payment"},
}


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle(seed=SEED, rows=ROWS)


def bag_of(demo: Demo, key: str) -> Path:
    return next((demo.visitor / "opened" / key / "package").rglob("bagit.txt")).parent


def records(bag: Path) -> dict[str, list[dict[str, Any]]]:
    return {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in sorted((bag / "data" / "records").glob("*.jsonl"))
    }


@pytest.mark.parametrize("key", PRODUCED)
def test_rows_are_exactly_those_of_a_plain_query_over_the_clear_data(demo: Demo, oracle: Oracle, key: str) -> None:
    plan = BY_KEY[key]
    window = plan.window
    found = records(bag_of(demo, key))
    assert sum(map(len, found.values())) > 0
    for category in demo.matter(key)["categories"]:
        expected = oracle.rows(
            category=category,
            number=plan.number(SEED),
            start=window.start.isoformat(),
            until=window.end.isoformat(),
        )
        got = sorted(found.get(category, []), key=lambda row: str(row["record_id"]))
        assert got == expected, category
    assert set(found) <= set(demo.matter(key)["categories"])


def test_the_query_would_notice_one_row_too_few(demo: Demo, oracle: Oracle) -> None:
    plan = BY_KEY["freight_warrant"]
    window = plan.window
    values = {"number": plan.number(SEED), "start": window.start.isoformat(), "until": window.end.isoformat()}
    expected = oracle.rows(category="message_content", **values)
    got = records(bag_of(demo, "freight_warrant"))["message_content"]
    assert len(expected) == len(got)
    assert len(got) > 50
    assert sorted(got[1:], key=lambda row: str(row["record_id"])) != expected


@pytest.mark.parametrize("key", sorted(CATEGORIES))
def test_each_kind_of_paper_reaches_its_categories_and_no_other(demo: Demo, key: str) -> None:
    found = records(bag_of(demo, key))
    assert {category for category, rows in found.items() if rows} == CATEGORIES[key]


@pytest.mark.needs_apt
@pytest.mark.parametrize("key", ["invoice_subpoena", "freight_warrant"])
def test_a_sealed_package_opens_with_age_and_validates_with_bagit(demo: Demo, tmp_path: Path, key: str) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("age is not installed: apt-get install age")
    opened, bag = tmp_path / "package.zip", tmp_path / "bag"
    identity = demo.identity(BY_KEY[key].officer)
    command = [age, "-d", "-i", str(identity), "-o", str(opened), str(demo.sealed(key, "package"))]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    shutil.unpack_archive(opened, bag)
    (folder,) = bag.iterdir()
    checked = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", str(folder)], capture_output=True, check=False, text=True
    )
    assert checked.returncode == 0, checked.stderr
    with next((folder / "data").rglob("*.jsonl")).open("a") as file:
        file.write("x")
    spoiled = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", str(folder)], capture_output=True, check=False
    )
    assert spoiled.returncode != 0


@pytest.mark.needs_apt
def test_another_officers_identity_opens_nothing(demo: Demo, tmp_path: Path) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("age is not installed: apt-get install age")
    sealed = demo.sealed("invoice_subpoena", "package")
    command = [age, "-d", "-i", str(demo.identity("osei")), "-o", str(tmp_path / "x"), str(sealed)]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.needs_apt
def test_the_commands_on_the_walk_do_what_they_say(demo: Demo, tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("age is not installed: apt-get install age")
    shutil.copytree(demo.root, tmp_path / "demo", ignore=shutil.ignore_patterns("*.sock"))
    shutil.copytree(demo.visitor, tmp_path / "demo-visitor")
    page = (demo.root / "index.html").read_text()
    lines = html.unescape(page.partition("<code>")[2].partition("</code></pre>")[0])
    assert lines.count("safeconduct ") >= 3
    assert lines.count("bagit.py") >= 1
    own = Path(sys.executable).parent
    environment = {"PATH": f"{own}:/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-e", "-c", lines], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Everything is as issued.") == 2
