from pathlib import Path

import pytest

from safeconduct.core.base.configuration import ConfigurationError, read_configuration

GOOD = """
[instance]
name = "Northwind"
[[entity]]
id = "northwind-us"
name = "Northwind Messaging, Inc."
country = "US"
address = "400 Quay Street"
zone = "America/New_York"
[faces]
domain = "safeconduct.localhost"
desk_port = 8443
portal_port = 8444
approve_port = 8445
open_port = 8446
public_port = 443
[store]
database = "sqlite:database.sqlite3"
socket = "v.sock"
vault = "vault"
outbox = "outbox"
public = "public"
tls = "tls"
overlay = "sign-offs.toml"
[log]
origin = "log.northwind.example"
slot_hours = 24
witness_quorum = 1
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "safeconduct.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_gives_absolute_paths_and_origins(tmp_path: Path) -> None:
    found = read_configuration(write(tmp_path, GOOD))
    assert found.socket == tmp_path / "v.sock"
    assert found.faces["desk"].origin == "https://desk.safeconduct.localhost:8443"
    assert found.faces["public"].origin == "https://public.safeconduct.localhost"
    assert found.demonstration is None
    assert found.entities["northwind-us"].country == "US"


@pytest.mark.parametrize(
    "change",
    [
        ("[log]", "[lag]"),
        ("desk_port = 8443", "desk_port = 0"),
        ('socket = "v.sock"', ""),
        ("[[entity]]", "[other]"),
        ("8444", '"x"'),
        ("[", ""),
    ],
)
def test_a_file_that_lacks_something_is_refused_by_name(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        read_configuration(write(tmp_path, GOOD.replace(*change)))


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        read_configuration(tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError):
        read_configuration(tmp_path / "b.toml")


AGENCY = """
[[agency_provider]]
name = "Harrow County"
issuer = "https://id.harrow.example"
client_id = "northwind"
secret_file = "secrets/harrow"
agency = "0123456789abcdef0123456789abcdef"
mail_domain = "harrow.example"
door = "harrow-5f0c2a9e41d7b860"
"""


def test_an_agencys_provider_is_found_by_its_door(tmp_path: Path) -> None:
    found = read_configuration(write(tmp_path, GOOD + AGENCY)).agency_providers
    provider = found["harrow-5f0c2a9e41d7b860"]
    assert provider.place.secret_file == tmp_path / "secrets/harrow"
    assert provider.speaks_for(" T.Orr@Harrow.example ")


@pytest.mark.parametrize(
    "wrong",
    [
        AGENCY.replace('door = "harrow-5f0c2a9e41d7b860"', 'door = "harrow"'),
        AGENCY.replace('door = "harrow-5f0c2a9e41d7b860"', ""),
        AGENCY.replace('mail_domain = "harrow.example"', 'mail_domain = "Harrow.example"'),
        AGENCY.replace("0123456789abcdef0123456789abcdef", "harrow"),
        AGENCY.replace("https://", "http://"),
        AGENCY + 'roles = "analyst"\n',
        AGENCY + AGENCY,
        AGENCY + AGENCY.replace("harrow-5f0c2a9e41d7b860", "another-5f0c2a9e41d7b860"),
    ],
)
def test_an_agencys_provider_that_is_not_whole_stops_the_program(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigurationError):
        read_configuration(write(tmp_path, GOOD + wrong))
