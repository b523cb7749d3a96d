"""Every exhibit of the museum through the gate: the code that the index names, and never much memory."""

import json
import subprocess
import sys

import pytest
from tests.museum.uploads.collection import ACCEPT, BUILT, EXHIBITS, Exhibit
from tests.small_pdf import small_pdf
from tests.soaking import report

from safeconduct.core.base.upload_limits import MIB, UploadLimits
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine

LIMITS = UploadLimits()
MOST_MEMORY = 256 * MIB
ALL_THROUGH_THE_GATE = """
import json, resource, time
from tests.museum.uploads.collection import EXHIBITS
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine
slowest = 0.0
for one in EXHIBITS:
    data, name = one.built()
    begun = time.process_time()
    try:
        examine(data, name=name, limits=UploadLimits())
    except UploadRefusedError:
        pass
    slowest = max(slowest, time.process_time() - begun)
print(json.dumps({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "slowest": slowest}))
"""


def verdict(data: bytes, name: str) -> str:
    try:
        examine(data, name=name, limits=LIMITS)
    except UploadRefusedError as error:
        return error.code
    return ACCEPT


def test_the_index_names_every_exhibit_and_no_other() -> None:
    assert {one.name for one in EXHIBITS} == BUILT
    assert len(EXHIBITS) >= 120
    assert len({one.gate for one in EXHIBITS}) > 15
    assert sum(one.gate == ACCEPT for one in EXHIBITS) > 60
    assert all(one.what for one in EXHIBITS)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.name)
def test_the_gate_says_what_the_index_says(exhibit: Exhibit) -> None:
    assert verdict(*exhibit.built()) == exhibit.gate


def test_a_wrong_line_of_the_index_would_be_seen() -> None:
    wrong = next(one for one in EXHIBITS if one.name == "plain_pdf")
    data, _ = wrong.built()
    assert verdict(data[:-9], "paper.pdf") != wrong.gate


def test_the_whole_museum_passes_in_little_memory_and_time() -> None:
    ran = subprocess.run([sys.executable, "-c", ALL_THROUGH_THE_GATE], capture_output=True, check=True, text=True)
    told = json.loads(ran.stdout)
    report("uploads museum, gate", exhibits=len(EXHIBITS), memory=told["memory"], slowest_cpu_s=told["slowest"])
    assert 0 < told["memory"] <= MOST_MEMORY
    assert told["slowest"] <= 5


@pytest.mark.parametrize("declared", ["application/pdf", "application/PDF; x=y", "", "application/octet-stream"])
def test_what_a_browser_declares_is_taken(declared: str) -> None:
    examine(small_pdf(), name="paper.pdf", declared=declared, limits=LIMITS)


@pytest.mark.parametrize("declared", ["text/html", "image/png", "application/zip", "application/x-msdownload", "junk"])
def test_what_says_something_else_is_refused(declared: str) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        examine(small_pdf(), name="paper.pdf", declared=declared, limits=LIMITS)
    assert refused.value.code == "SC-UPLOAD-MISMATCH"


def test_every_refusal_has_a_code_of_its_own_and_says_what_to_do() -> None:
    kinds = {UploadRefusedError, *UploadRefusedError.__subclasses__()}
    codes = [kind.code for kind in kinds]
    assert len(kinds) > 15
    assert len(set(codes)) == len(codes)
    assert all(kind.cure and kind.__doc__ for kind in kinds)
    assert all(code.startswith("SC-UPLOAD") for code in codes)
