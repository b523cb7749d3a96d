"""One real Spark for the suite, in an environment of its own; the tests hand it jobs and read what it wrote."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.objectstore.server import bucket, object_store_server

__all__ = ["bucket", "object_store_server"]
ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
REQUIRED = "CI_SUITES_REQUIRED"


@dataclass
class Spark:
    """A driver that waits for jobs."""

    process: subprocess.Popen[str]
    folder: Path
    log: Path
    jobs: int = 0

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text("utf-8", "replace")[-4000:]
        found: dict[str, Any] = json.loads(line)
        return found

    def job(self, **options: str) -> dict[str, Any]:
        """Run one job; ``{"rows": table, "plan": …}`` or ``{"error": …}``."""
        self.jobs += 1
        into = self.folder / f"{self.jobs}.parquet"
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(options | {"into": str(into)}) + "\n")
        self.process.stdin.flush()
        answer = self._line()
        return answer if "error" in answer else answer | {"rows": pq.read_table(into)}

    def rows(self, **options: str) -> pa.Table:
        answer = self.job(**options)
        assert "error" not in answer, answer["error"]
        return answer["rows"]

    def refused(self, **options: str) -> str:
        answer = self.job(**options)
        assert "error" in answer, answer
        return str(answer["error"])


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """Start Spark; skipped with the reason where it or Java is not installed, failed where every suite is required."""
    missing = [what for what, there in (("make spark", PYTHON.is_file()), ("java", shutil.which("java"))) if not there]
    if missing:
        reason = f"no Spark: {', '.join(missing)}"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("spark")
    places = {"PYSPARK_PYTHON": str(PYTHON), "PYTHONPATH": str(ROOT / "src"), "SPARK_LOCAL_DIRS": str(folder / "local")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
    log = folder / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [str(PYTHON), str(Path(__file__).with_name("driver.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=kept | places | {"SPARK_LOCAL_IP": "127.0.0.1"},
        )
    made = Spark(process, folder, log)
    try:
        assert made._line()["ready"].startswith("4.")
        yield made
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
