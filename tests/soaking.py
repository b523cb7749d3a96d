"""How long harnesses choose their size, their seed and their words: a sample in ``make test``, all of it in ``make soak``."""

import json
import os
import zlib
from pathlib import Path

SOAKING = os.environ.get("SAFECONDUCT_SOAK") == "1"
RESULTS = Path(__file__).resolve().parent.parent / "var" / "soak" / "results.jsonl"
HOUSE_SEED = 20260101


def count(sample: int, full: int) -> int:
    """Return how many rounds to take: ``sample`` in the suite, ``full`` under ``make soak``."""
    return full if SOAKING else sample


def seed(name: str) -> int:
    """Return and print the seed of one harness; ``SAFECONDUCT_SEED`` sets another."""
    chosen = int(os.environ.get("SAFECONDUCT_SEED", HOUSE_SEED)) ^ zlib.crc32(name.encode())
    print(f"{name}: seed {chosen} (from SAFECONDUCT_SEED={os.environ.get('SAFECONDUCT_SEED', HOUSE_SEED)})")
    return chosen


def report(name: str, **figures: float | str) -> None:
    """Print one harness's figures and, under ``make soak``, keep them as a line of ``var/soak/results.jsonl``."""
    line = json.dumps({"name": name, "soak": SOAKING, **figures}, sort_keys=True)
    print(line)
    if SOAKING:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        with RESULTS.open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")
