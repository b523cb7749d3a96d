"""The directory's import takes a whole file or nothing, and what it proposes does not count yet."""

import json
from pathlib import Path

import pytest
from tests.rooms.people.world import COLLEAGUE
from tests.rooms.senders.ground import Ground

from safeconduct.cli.main import main
from safeconduct.rooms.senders.models import DirectoryNumber

HEAD = "name,country,governmental,number,source,found_on,organisation\n"
ROW = 'Harrow County Sheriff,US,yes,+1 202 555 0142,"State directory, page 12",2026-02-27,\n'


def imported(ground: Ground, path: Path, text: str) -> int:
    path.write_text(text, "utf-8")
    return main(["directory", "import", str(path), "--account", ground.accounts[COLLEAGUE], "--json"])


def test_each_row_is_proposed_and_none_counts(
    ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(ground, tmp_path / "numbers.csv", HEAD + ROW + ROW.replace("0142", "0143")) == 0
    assert len(json.loads(capsys.readouterr().out)["proposed"]) == 2
    assert set(DirectoryNumber.objects.values_list("state", "proposed_by")) == {("proposed", COLLEAGUE)}


@pytest.mark.parametrize(
    "wrong",
    [
        HEAD,
        HEAD.replace("source,", "") + ROW,
        HEAD + ROW + ROW.replace("+1 202 555 0142", "555 0142"),
        HEAD + ROW + ROW.replace("2026-02-27", "27 February"),
        HEAD + ROW + ROW.replace("yes", "perhaps"),
    ],
)
def test_one_wrong_row_takes_the_whole_file_back(ground: Ground, tmp_path: Path, wrong: str) -> None:
    assert imported(ground, tmp_path / "numbers.csv", wrong) == 2
    assert not DirectoryNumber.objects.exists()
