"""Looks for keys and tokens in tracked files with detect-secrets; what is known to be none is named with a reason."""

import subprocess
import tomllib
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings
from tests.supply.locks import ROOT

KNOWN = Path(__file__).with_name("known.toml")
DETECTORS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "GitHubTokenDetector",
    "GitLabTokenDetector", "JwtTokenDetector", "KeywordDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector",
    "PypiTokenDetector", "SendGridDetector", "SlackDetector", "SquareOAuthDetector", "StripeDetector",
    "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
"""All but the detectors of mere entropy: this is a house of digests and published vectors."""


def tracked(*under: str) -> list[Path]:
    """Return the tracked files that are there, under these folders or everywhere."""
    listed = subprocess.run(["git", "ls-files", "-z", "--", *under], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def scan(files: list[Path]) -> set[tuple[str, str]]:
    """Return file and kind of everything that looks like a secret."""
    found = set()
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        secrets = SecretsCollection()
        for file in files:
            secrets.scan_file(str(file))
            found |= {(str(file), one.type) for one in secrets[str(file)]}
    return found


def known() -> dict[tuple[str, str], str]:
    """Return what looks like a secret and is none, with the reason."""
    told = tomllib.loads(KNOWN.read_text("utf-8"))["known"]
    return {(str(ROOT / one["file"]), one["kind"]): one["why"] for one in told}
