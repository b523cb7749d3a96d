from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from safeconduct.cli.demonstration.instance import (
    NotOurFolderError,
    Places,
    clear_places,
    make_folders,
    mark_places,
    write_configuration,
)
from safeconduct.core.base.configuration import read_configuration

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def make(places: Places) -> None:
    clear_places(places)
    mark_places(places, seed=1, rows=20_000)
    make_folders(places)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    places = Places(root=tmp_path / "demo")
    places.root.mkdir()
    (places.root / "mine.txt").write_text("keep")
    with pytest.raises(NotOurFolderError):
        clear_places(places)
    assert (places.root / "mine.txt").read_text() == "keep"


def test_a_visitors_folder_of_somebody_else_is_left_alone_too(tmp_path: Path) -> None:
    places = Places(root=tmp_path / "demo")
    places.visitor.mkdir()
    (places.visitor / "mine.txt").write_text("keep")
    with pytest.raises(NotOurFolderError):
        clear_places(places)


def test_an_earlier_demonstration_is_replaced(tmp_path: Path) -> None:
    places = Places(root=tmp_path / "demo")
    make(places)
    (places.root / "old").write_text("old")
    make(places)
    assert not (places.root / "old").exists()


@pytest.mark.parametrize("enclave", [False, True])
def test_the_configuration_can_be_read_and_has_its_own_ports(tmp_path: Path, *, enclave: bool) -> None:
    places = Places(root=tmp_path / "demo", first_port=20_000)
    make(places)
    found = read_configuration(write_configuration(places, now=NOW, seed=7, enclave=enclave))
    assert found.enclave is enclave
    assert found.demonstration is not None
    assert found.demonstration.visitor.resolve() == (places.visitor / ("enclave" if enclave else "")).resolve()
    assert found.faces["desk"].port == (20_010 if enclave else 20_000)
    names = x509.load_pem_x509_certificate((found.tls / "server.pem").read_bytes()).extensions
    hosts = names.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    assert {face.host for face in found.faces.values()} <= set(hosts)
    assert (found.tls / "server.key").stat().st_mode & 0o777 == 0o600
