"""Every exhibit that the gate takes, drawn: pictures only, within memory and time, or a refusal with a name."""

import io
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pikepdf
from tests.museum.uploads.active_pdfs import JS, annotated, pdf
from tests.museum.uploads.collection import ACCEPT, DRAWN, EXHIBITS
from tests.soaking import SOAKING, count, report, seed
from tests.vaultd.rendering.museum_run import foreign

from safeconduct.core.base.upload_limits import MIB

ROOT = Path(__file__).resolve().parents[3]
MOST_MEMORY, MOST_CPU, SLACK = 256 * MIB, 5, 1.0
"""The kernel counts processor time in ticks and ends a child at the next one."""
TAKEN = [one for one in EXHIBITS if one.gate == ACCEPT]
HOG = "pdf_tiny_tiles"
SLOW = {one.name for one in TAKEN if one.shown == "SC-PAPER-TOO-HEAVY"} | {"zip_of_fifty_files"}
ALWAYS = {
    "plain_pdf",
    "png_palette",
    "png_clear",
    "png_deep_grey",
    "jpeg_turned",
    "tiff_fax",
    "tiff_jpeg",
    "zip_deflated",
}


def run(names: list[str], cpu: int = MOST_CPU) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.vaultd.rendering.museum_run", str(cpu), *names]
    ran = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    return {one["name"]: one for one in told}


def test_every_exhibit_is_drawn_as_pictures_only_or_refused() -> None:
    quick = sorted({one.name for one in TAKEN} - SLOW - ALWAYS)
    dice = random.Random(seed("uploads museum, drawn"))  # noqa: S311 - which exhibits to look at today
    chosen = dice.sample(quick, count(10, len(quick)))
    names = sorted({*chosen, *ALWAYS, *(SLOW if SOAKING else ())})
    begun = time.monotonic()
    told = run(names)
    assert set(told) == set(names)
    for one in TAKEN:
        if one.name in told:
            found = told[one.name]
            assert (found["shown"], found["pages"]) == (one.shown, one.pages), one.name
            assert found["foreign"] == [], one.name
            assert found["memory"] <= MOST_MEMORY, one.name
            # A long paper is drawn by several children; every other one within the time of a single child.
            assert found["cpu"] <= MOST_CPU + SLACK, one.name
    assert sum(one["shown"] == DRAWN for one in told.values()) > len(ALWAYS)
    report(
        "uploads museum, drawn",
        exhibits=len(told),
        most_memory=max(one["memory"] for one in told.values()),
        most_cpu_s=max(one["cpu"] for one in told.values()),
        seconds=time.monotonic() - begun,
    )


def test_a_paper_that_never_ends_is_ended_by_the_products_own_limit() -> None:
    found = run([HOG], cpu=1)[HOG]
    assert found["shown"] == "SC-PAPER-TOO-HEAVY"
    assert 0.5 < found["cpu"] <= 1 + SLACK


def test_the_search_for_foreign_words_finds_them() -> None:
    for made, words in (
        (pdf(catalogue=b"/OpenAction" + JS), {"/OpenAction"}),
        (annotated(b"/Subtype/Link/A<</S/URI/URI(http://evil.example/)>>"), {"/Annots"}),
        (pdf(catalogue=b"/AcroForm<</Fields[]>>"), {"/AcroForm"}),
        (pdf(catalogue=b"/Names<</EmbeddedFiles<<>>>>"), {"/Names"}),
    ):
        assert words <= set(foreign(made))
        with pikepdf.open(io.BytesIO(made)) as opened:
            assert len(opened.pages) == 1
