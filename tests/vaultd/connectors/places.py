"""Places to ask: a folder of Parquet and a table of PostgreSQL that hold given records."""

import dataclasses
import random
from pathlib import Path
from typing import Any

from tests.vaultd.connectors import stores
from tests.vaultd.connectors.conftest import Company
from tests.vaultd.connectors.stores import ZONED, Record
from tests.vaultd.story import Story, call_rows

from safeconduct.core.base.source_places import SourceKind, SourcePlace
from safeconduct.vaultd.connectors.sources import Sources


def calls() -> list[Record]:
    """Return the story's calls as clear records, under ids that our own store does not use."""
    return [row | {"record_id": f"x{place}"} for place, row in enumerate(call_rows().to_pylist())]


def use(story: Story, *places: SourcePlace) -> Sources:
    """Let the vault process of a story ask these places."""
    sources = story.vault.opened.collector.sources
    sources._places = places
    return sources


def files_place(folder: Path, shape: stores.Shape, clear: list[Record], name: str = "archive") -> SourcePlace:
    source = folder / name / "data"
    source.mkdir(parents=True)
    stores.into_parquet(source, shape, stores.stored(random.Random(1), shape, clear))  # noqa: S311 - repeatable
    mapping = folder / name / "mapping.toml"
    mapping.write_text(shape.mapping("data", name).replace('"uuid"', '"uuid_text"'), "utf-8")
    return SourcePlace(
        kind=SourceKind.FILES,
        mapping=mapping,
        url="",
        password_file=None,
        ca=None,
        folder=folder / name,
        timeout_seconds=60,
    )


def database_place(folder: Path, company: Company, clear: list[Record], table: str, **changes: Any) -> SourcePlace:
    stores.into_postgresql(company.link, ZONED, stores.stored(random.Random(1), ZONED, clear), table)  # noqa: S311 - repeatable
    mapping = folder / f"{table}.toml"
    mapping.write_text(ZONED.mapping(f"telephony.{table}"), "utf-8")
    place = SourcePlace(
        kind=SourceKind.POSTGRESQL,
        mapping=mapping,
        url=company.url,
        password_file=None,
        ca=None,
        folder=None,
        timeout_seconds=60,
    )
    return dataclasses.replace(place, **changes)
