"""How long harnesses choose their size and seed and say their figures: a sample in the suite, all in ``make soak``."""

import json
import os
import random
import zlib
from pathlib import Path

SOAKING = os.environ.get("SAFECONDUCT_SOAK") == "1"
RESULTS = Path(__file__).resolve().parent.parent / "var" / "soak" / "results.jsonl"

SAMPLE_SEED = 4_157_566_453
"""The suite's sample is the same everywhere, so that what passed once passes again; ``make soak`` draws a new seed."""


def chosen_seed(asked: str | None, *, soaking: bool) -> int:
    """Return the run's seed: the one asked for, a new one for ``random`` and for ``make soak``, else the sample's."""
    if asked and asked != "random":
        return int(asked)
    return random.SystemRandom().randrange(2**32) if soaking or asked else SAMPLE_SEED


SEED = chosen_seed(os.environ.get("SAFECONDUCT_TEST_SEED"), soaking=SOAKING)
os.environ["SAFECONDUCT_TEST_SEED"] = str(SEED)  # The workers of a divided run take the same one.
SAID: list[str] = []
"""What the harnesses said; printed at the end of the run, also when all went well."""


def count(sample: int, full: int) -> int:
    """Return how many rounds to take: ``sample`` in the suite, ``full`` under ``make soak``."""
    return full if SOAKING else sample


def seed(name: str) -> int:
    """Return and say the seed of one harness; it follows from the run's own seed, which the header prints."""
    chosen = SEED ^ zlib.crc32(name.encode())
    SAID.append(f"{name}: seed {chosen} (SAFECONDUCT_TEST_SEED={SEED})")
    return chosen


def report(name: str, **figures: float | str) -> None:
    """Say one harness's figures and, under ``make soak``, keep them as a line of ``var/soak/results.jsonl``."""
    line = json.dumps({"name": name, "soak": SOAKING, **figures}, sort_keys=True)
    SAID.append(line)
    if SOAKING:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        with RESULTS.open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")
