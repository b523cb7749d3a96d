"""The witness's client hears an answer that comes before the whole request was sent, and names silence."""

import socket
import threading
from pathlib import Path

import pytest

from safeconduct.rooms.ledger.wire import Answer, WitnessAwayError, add_checkpoint

MORE_THAN_A_SOCKET_HOLDS = b"x" * (8 << 20)


def answering(path: Path, answer: bytes) -> threading.Thread:
    """Return a server that reads a little of one request, answers, and hangs up."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen(1)

    def serve() -> None:
        link, _ = server.accept()
        link.recv(64)
        link.sendall(answer)
        link.close()
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.fixture(autouse=True)
def _blocker(django_db_blocker: object) -> None:
    """The client looks whether a transaction is open; it needs no database for that."""


def test_an_answer_that_comes_early_is_heard(tmp_path: Path) -> None:
    early = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 9\r\n\r\ntoo large"
    thread = answering(tmp_path / "w.sock", early)
    answer = add_checkpoint(path=tmp_path / "w.sock", body=MORE_THAN_A_SOCKET_HOLDS)
    thread.join()
    assert answer == Answer(413, "too large")


def test_a_witness_that_hangs_up_without_a_word_is_away(tmp_path: Path) -> None:
    thread = answering(tmp_path / "w.sock", b"")
    with pytest.raises(WitnessAwayError):
        add_checkpoint(path=tmp_path / "w.sock", body=MORE_THAN_A_SOCKET_HOLDS)
    thread.join()
