"""A supplement's package has a name of its own and names the first; the first stays in the outbox as it is."""

from tests.vaultd.story import Story, officer_keys
from tests.vaultd.test_delivery import REFERENCE, released

from safeconduct.core.base.canonical import parse_canonical
from safeconduct.core.packages.build import Package
from safeconduct.core.sealing.recipients import decrypt_age

FIRST = "ab" * 32


def _opened(story: Story, name: str) -> Package:
    return Package.from_zip(decrypt_age((story.configuration.outbox / name).read_bytes(), officer_keys()[0]))


def test_a_supplement_is_numbered_and_names_the_first(ready: Story) -> None:
    _, files = released(ready, reference=f"{REFERENCE}-S2", supplements=FIRST)
    assert files[0]["name"] == f"{REFERENCE}-S2.zip.age"
    package = _opened(ready, files[0]["name"])
    assert package.folder == f"{REFERENCE}-S2"
    assert parse_canonical(package.files["data/safe-conduct.json"])["supplements"] == FIRST
    assert FIRST in package.files["data/README.txt"].decode()


def test_a_first_package_names_none_and_a_name_out_of_form_is_not_taken(ready: Story) -> None:
    _, files = released(ready, reference=f"{REFERENCE}-S0/../x", supplements="the first")
    package = _opened(ready, files[0]["name"])
    assert package.folder != f"{REFERENCE}-S0/../x"
    assert "supplements" not in parse_canonical(package.files["data/safe-conduct.json"])
    assert "Supplements" not in package.files["data/README.txt"].decode()
