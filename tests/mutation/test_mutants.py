"""Every small change to the gate, the scope filter and the assertion check is noticed by their own tests."""

import pytest
from tests import soaking
from tests.mutation.mutants import mutants
from tests.mutation.plugin import AS_IT_STANDS
from tests.mutation.running import KILLED, SURVIVED, ask, equivalents, path_of, targets

SAMPLED = ("safeconduct.core.conduct.leases", "safeconduct.core.conduct.scope", "safeconduct.core.conduct.passkeys")
UNNOTICED = """
def allowed(now, expires):
    if now > expires:
        return False
    return True
"""


def test_no_mutant_survives() -> None:
    seed = soaking.seed("mutants")
    modules = sorted(targets()) if soaking.SOAKING else SAMPLED
    said = ask(modules, count=soaking.count(8, 0), seed=seed)
    whole = [one for one in said if one["mutant"] == AS_IT_STANDS]
    changed = [one for one in said if one["mutant"] != AS_IT_STANDS]
    # The control: with nothing changed the same tests, asked in the same way, object to nothing.
    assert [one["verdict"] for one in whole] == [SURVIVED] * len(modules)
    listed = sum(len(one) for one in equivalents().values())
    soaking.report("mutants", modules=len(modules), mutants=len(changed), equivalent=listed)
    assert len(changed) >= soaking.count(8 * len(SAMPLED), 1000)
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
        "allowed: False  =>  True",
        "allowed: return True  =>  return None",
        "allowed: True  =>  False",
    ]
