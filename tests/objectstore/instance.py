"""The configuration of an instance whose records lie in regions of the real S3 server."""

from pathlib import Path

from tests.objectstore.server import ObjectStore

REGION = """
[[region]]
name = "{name}"
bucket = "{bucket}"
endpoint = "{endpoint}"
place = "eu-central-1"
prefix = "{name}/"
key_file = "{key_file}"
cache_megabytes = {megabytes}
timeout_seconds = {seconds}
"""


def regions(server: ObjectStore, folder: Path, bucket: str, *names: str, megabytes: int = 8, seconds: int = 60) -> str:
    """Return the configuration of regions with these names, the usual one first."""
    folder.mkdir(parents=True, exist_ok=True)
    key_file = folder / "s3-key"
    key_file.write_text(f"{server.key}\n{server.secret}\n")
    key_file.chmod(0o600)
    named = {"bucket": bucket, "endpoint": server.endpoint, "key_file": key_file, "megabytes": megabytes}
    named["seconds"] = seconds
    return "".join(REGION.format(name=name, **named) for name in names)
