from tests.vaultd.story import Story, officer_keys

from safeconduct.core.packages.build import Package
from safeconduct.core.sealing.recipients import decrypt_age


def test_a_warrant_becomes_a_package_that_only_the_holder_opens(ready: Story) -> None:
    digest = ready.approved()
    made = ready.collect(digest)
    assert made["counts"] == {"call_detail": 2, "subscriber": 1}
    ready.sign(made["release_digest"], "mara")
    files = ready.release(made["release_digest"])["files"]
    sealed = (ready.configuration.outbox / files[0]["name"]).read_bytes()
    package = Package.from_zip(decrypt_age(sealed, officer_keys()[0]))
    assert package.manifest_root == made["manifest_root"]
    assert b"r0" in package.files["data/records/call_detail.jsonl"]
    assert b"r2" not in package.files["data/records/call_detail.jsonl"]
