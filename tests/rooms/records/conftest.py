"""A vault process that a test can look into and make fail, in the place of the client's two modules."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.records import actions

NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


@dataclass
class Vault:
    """Remembers what it was given; raises ``failure`` once when told to."""

    taken: list[tuple[str, int, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    failure: SafeconductError | None = None

    def import_rows(self, *, table: str, rows: pa.Table, entry: str) -> SimpleNamespace:
        self.taken.append((table, rows.num_rows, entry))
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        return SimpleNamespace(table=table, rows=rows.num_rows, segments=6)

    def put_name(self, *, name: str) -> str:
        object_id = f"{len(self.names):032x}"
        self.names[object_id] = name
        return object_id

    def blind_index(self, *, kind: str, values: list[str]) -> list[str]:
        return [f"{hash((kind, value)) & (2**256 - 1):064x}" for value in values]


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    found = Vault()
    monkeypatch.setattr(actions.vault, "import_rows", found.import_rows)
    monkeypatch.setattr(actions.vault, "put_name", found.put_name)
    monkeypatch.setattr(actions.vault_queries, "blind_index", found.blind_index)
    return found


@pytest.fixture
def engineer() -> Actor:
    permissions = frozenset({actions.REGISTER, actions.IMPORT})
    return Actor(person="a" * 32, account="b" * 32, organisation="c" * 32, permissions=permissions)


@pytest.fixture
def rows() -> pa.Table:
    return pa.table({"record_id": ["one", "two", "three"]})
