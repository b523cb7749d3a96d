"""One small ledger for every test here; each works on copies of its files."""

from pathlib import Path
from typing import Any

import pytest
from tests.tampering.ground import Ground, build


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> tuple[Ground, Ground]:
    """The ledger as it is, and a snapshot of all its parts from its middle."""
    with django_db_blocker.unblock():
        return build(tmp_path_factory.mktemp("tampering"))


@pytest.fixture
def ground(grounds: tuple[Ground, Ground], tmp_path: Path) -> Ground:
    return grounds[0].copy(tmp_path / "copy")
