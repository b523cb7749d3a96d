"""Every exhibit of the museum through the gate: the code that the index names, and never much memory."""

import json
import struct
import subprocess
import sys

import pytest
from tests.museum.uploads.collection import ACCEPT, BUILT, EXHIBITS
from tests.small_pdf import small_pdf
from tests.soaking import report

from safeconduct.core.base.upload_limits import MIB, UploadLimits
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine

LIMITS = UploadLimits()
MOST_MEMORY, MOST_SECONDS = 256 * MIB, 5
GATE = """
import json, re, struct, sys, time
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine
limits = UploadLimits()
while head := sys.stdin.buffer.read(12):
    name, data = (sys.stdin.buffer.read(size) for size in struct.unpack(">IQ", head))
    begun = time.process_time()
    try:
        examine(data, name=name.decode(), limits=limits)
        said = "accept"
    except UploadRefusedError as error:
        said = error.code
    memory = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024
    print(json.dumps({"said": said, "memory": memory, "cpu": time.process_time() - begun}), flush=True)
    del data
"""
"""The gate alone in a process, with its own peak of memory: what is told of a child may be its parent's."""


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


def test_the_gate_says_what_the_index_says_in_little_memory_and_time() -> None:
    wrong, memory, slowest = [], 0, 0.0
    with subprocess.Popen([sys.executable, "-c", GATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for one in EXHIBITS:
            data, name = one.built()
            process.stdin.write(struct.pack(">IQ", len(name.encode()), len(data)) + name.encode())
            process.stdin.write(data)
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            if told["said"] != one.gate:
                wrong.append((one.name, told["said"]))
            memory, slowest = told["memory"], max(slowest, told["cpu"])
    report("uploads museum, gate", exhibits=len(EXHIBITS), memory=memory, slowest_cpu_s=slowest)
    assert wrong == []
    assert 0 < memory <= MOST_MEMORY
    assert slowest <= MOST_SECONDS


def test_a_wrong_line_of_the_index_would_be_seen() -> None:
    wrong = next(one for one in EXHIBITS if one.name == "plain_pdf")
    data, _ = wrong.built()
    assert verdict(data[:-9], "paper.pdf") != wrong.gate


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
