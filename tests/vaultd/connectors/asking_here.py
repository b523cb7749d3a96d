"""The child's own code, asked in this process."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from safeconduct.core.conduct.scope import ScopeItem
from safeconduct.vaultd.connectors import child
from safeconduct.vaultd.connectors.frames import ASKED, HOLDERS, ROWS


def asked(
    source: dict[str, Any], mapping: str, record: str, items: Sequence[ScopeItem], **more: Any
) -> dict[bytes, list[Any]]:
    """Return the child's frames by kind, asked in this process."""
    frames: dict[bytes, list[Any]] = {ASKED: [], ROWS: [], HOLDERS: []}

    def write(word: bytes, data: bytes) -> None:
        frames[word].append(pa.ipc.open_stream(data).read_all() if word == ROWS else json.loads(data))

    question = {"op": "rows", "ceiling": 10_000, **more}
    items_of = [one.as_json() for one in items]
    child.answer({**question, "source": source, "mapping": mapping, "record": record, "items": items_of}, write)
    return frames
