import socket
from pathlib import Path

import pytest

from safeconduct.cli.demonstration import processes
from safeconduct.cli.demonstration.instance import Places, clear_places, mark_places
from safeconduct.cli.main import main


def test_a_folder_of_somebody_else_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("keep")
    assert main(["demo", "--directory", str(tmp_path / "demo"), "--rows", "20000"]) == 5
    assert "SC-DEMO-FOLDER" in capsys.readouterr().err
    assert (tmp_path / "demo" / "mine.txt").read_text() == "keep"


def test_a_child_that_cannot_start_is_reported(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.toml")
    with pytest.raises(processes.ChildError):
        processes.start_child("vaultd", ["vaultd", "--config", missing], log=tmp_path / "log")
    assert "SC-CONFIGURATION" in (tmp_path / "log").read_text()


def test_an_earlier_demonstration_that_is_still_served_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = Places(root=tmp_path / "demo")
    clear_places(places)
    mark_places(places, seed=1, rows=20_000)
    with socket.socket() as serving:
        serving.bind(("127.0.0.1", 0))
        serving.listen()
        port = str(serving.getsockname()[1])
        assert main(["demo", "--directory", str(places.root), "--first-port", port]) == 6
    assert "SC-DEMO-PORTS" in capsys.readouterr().err
    assert len(list(places.root.iterdir())) == 1
