"""Draw exhibits in a process of its own, so that its children's memory and processor time can be read one by one."""

import io
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pikepdf
from PIL import Image
from tests.museum.uploads.collection import DRAWN, EXHIBITS, Exhibit

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.drawing import Drawing

WORDS = frozenset(
    {
        "/Type",
        "/Catalog",
        "/Pages",
        "/Page",
        "/Kids",
        "/Count",
        "/Parent",
        "/MediaBox",
        "/Resources",
        "/XObject",
        "/I",
        "/Contents",
        "/Length",
        "/Subtype",
        "/Image",
        "/Width",
        "/Height",
        "/BitsPerComponent",
        "/ColorSpace",
        "/DeviceGray",
        "/DeviceRGB",
        "/Filter",
        "/DCTDecode",
        "/Root",
        "/Size",
    }
)
"""Everything that a clean copy may say; whatever acts, links or carries is not among it."""


def words(one: object) -> Iterator[str]:
    """Return the keys and names in one object of a PDF, without following what it refers to."""
    inner: Iterable[object] = ()
    if isinstance(one, pikepdf.Name):
        yield str(one)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield from one.keys()
        inner = one.values()
    elif isinstance(one, pikepdf.Array):
        inner = one
    for value in inner:
        if not getattr(value, "is_indirect", False):
            yield from words(value)


def foreign(data: bytes) -> list[str]:
    """Return every word in a PDF that no clean copy has, over all its objects; raises for a picture that is none."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        found = [word for one in (opened.trailer, *opened.objects) for word in words(one) if word not in WORDS]
        for one in opened.objects:
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image":
                with Image.open(io.BytesIO(one.read_raw_bytes())) as image:
                    image.load()
    return found


def draw(exhibit: Exhibit, limits: UploadLimits) -> dict[str, object]:
    """Draw one exhibit and tell what became of it."""
    data, _ = exhibit.built()
    before = _used()
    pages, strange, copied = 0, list[str](), 0
    try:
        copy = Drawing(limits, elapsed=time.monotonic).clean_copy(data)
        verdict, strange, copied = DRAWN, foreign(copy), len(copy)
        with pikepdf.open(io.BytesIO(copy)) as opened:
            pages = len(opened.pages)
    except SafeconductError as error:
        verdict = error.code
    return {
        "name": exhibit.name,
        "shown": verdict,
        "pages": pages,
        "foreign": strange,
        "bytes": copied,
        "cpu": _used() - before,
        "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }


def _used() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


if __name__ == "__main__":
    CHOSEN, CPU = set(sys.argv[2:]), int(sys.argv[1])
    for ONE in EXHIBITS:
        if ONE.name in CHOSEN:
            TOLD = draw(ONE, replace(UploadLimits(), child_cpu_seconds=CPU))
            sys.stdout.write(json.dumps(TOLD) + "\n")
            sys.stdout.flush()
