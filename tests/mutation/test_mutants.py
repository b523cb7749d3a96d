"""Every small change to the gate, the scope filter and the assertion check is noticed by their own tests."""

import json
import os
import subprocess
import sys

import pytest
from tests import soaking
from tests.mutation.mutants import mutants
from tests.mutation.running import KILLED, ROOT, SURVIVED, equivalents, path_of, targets

SAMPLED = ("safeconduct.core.conduct.leases", "safeconduct.core.conduct.scope", "safeconduct.core.conduct.passkeys")
UNNOTICED = """
def allowed(now, expires):
    if now > expires:
        return False
    return True
"""


def run(*arguments: str) -> list[dict[str, str]]:
    """Run mutants in processes of their own, as one types it by hand."""
    command = [sys.executable, "-m", "tests.mutation.running", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "SAFECONDUCT"))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_mutant_survives() -> None:
    seed = soaking.seed("mutants")
    modules = sorted(targets()) if soaking.SOAKING else SAMPLED
    said = run(*modules, "--count", str(soaking.count(2, 0)), "--seed", str(seed))
    whole = [one for one in said if one["mutant"] == "as it stands"]
    changed = [one for one in said if one["mutant"] != "as it stands"]
    # The control: with nothing changed the same tests, asked in the same way, object to nothing.
    assert [one["verdict"] for one in whole] == [SURVIVED] * len(modules)
    listed = sum(len(one) for one in equivalents().values())
    soaking.report("mutants", modules=len(modules), mutants=len(changed), equivalent=listed)
    assert len(changed) >= soaking.count(2 * len(SAMPLED), 1000)
    assert [one for one in changed if one["verdict"] != KILLED] == []


@pytest.mark.parametrize("module", sorted(equivalents()))
def test_what_is_called_equivalent_is_a_mutant_of_today_and_has_its_reason(module: str) -> None:
    keys = {one.key for one in mutants(path_of(module).read_text("utf-8"))}
    assert module in targets()
    for key, reason in equivalents()[module].items():
        assert key in keys
        assert len(reason.split()) > 3


def test_a_mutant_is_made_of_each_decision() -> None:
    keys = [one.key for one in mutants(UNNOTICED)]
    assert keys == [
        "allowed: if now > expires: return False  =>  if True",
        "allowed: if now > expires: return False  =>  if False",
        "allowed: now > expires  =>  now >= expires",
        "allowed: now > expires  =>  now <= expires",
        "allowed: return False  =>  return None",
        "allowed: False  =>  True",
        "allowed: return True  =>  return None",
        "allowed: True  =>  False",
    ]
