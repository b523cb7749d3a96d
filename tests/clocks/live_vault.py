"""A live vault process in memory, under a sky: its host's clocks and its log witness are the simulator's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clocks.sky import Sky
from tests.vaultd import story as stage
from tests.vaultd.story import CUSTODIANS, NOW, ROLES, Story

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, split_note
from safeconduct.core.verification.trust import TrustedWitness
from safeconduct.vaultd.setup import initialise
from safeconduct.vaultd.vault import Vault

WITNESS = Signer("witness.auditor.example", os.urandom(32), COSIGNATURE)


def hear(story: Story, sky: Sky) -> None:
    """Let the worker ask the witness and hand its word in; a witness that is away says nothing."""
    if sky.witness_away:
        return
    empty = {"log": "public", "size": 0, "root": EMPTY_ROOT.hex(), "consistency": []}
    note = story.call("sign_head", **empty)["note"]
    line = WITNESS.line(split_note(note)[0], time=int(sky.true + sky.witness_off))
    story.call("witness_time", note=note + line)


def open_vault(story: Story, sky: Sky) -> None:
    """Begin the process anew, on the store that it left."""
    story.vault = Vault(
        story.configuration,
        wall=lambda: sky.host().wall,
        elapsed=lambda: sky.host().boot,
        started=lambda: sky.host().boot_id,
    )
    for custodian, passphrase in CUSTODIANS.items():
        story.call("unseal", custodian=custodian, passphrase=passphrase)


@contextmanager
def live_story(folder: Path) -> Iterator[tuple[Story, Sky]]:
    """Make a live instance with a witness of its own; all three clocks are right at first."""
    configuration = stage.configuration_in(folder)
    path = folder / "safeconduct.toml"
    text = path.read_text("utf-8").partition("[demonstration]")[0]
    path.write_text(text.replace("witness_quorum = 0", "witness_quorum = 1"), "utf-8")
    configuration = read_configuration(path)
    passkeys = stage.passkeys_for(configuration)
    stage.sign_law(configuration)
    known = {who: [key.credential().as_json() for key in passkeys[who].values()] for who in ROLES}
    roster = [{"id": who, "name": who, "roles": ROLES[who], "credentials": known[who]} for who in ROLES]
    trusted = [TrustedWitness(key=WITNESS.verifier, operator="Auditor LLP", independent=True)]
    sky = Sky(true=stage.instant(NOW).timestamp(), witnessed=True)
    # The founding reads the real clock; the store begins with the sky's.
    initialise(configuration, custodians=CUSTODIANS, roster=roster, cost=stage.CHEAP, witnesses=trusted)
    story = Story(None, configuration, [0.0], passkeys)  # type: ignore[arg-type] # opened in the next line
    open_vault(story, sky)
    story.vault.store.run("DELETE FROM setting WHERE name = 'clocks'")
    story.vault.close()
    open_vault(story, sky)
    hear(story, sky)
    try:
        yield story, sky
    finally:
        story.vault.close()


def refused(story: Story, op: str, **payload: Any) -> str:
    """Return the code with which a call is refused, or an empty text if it was answered."""
    try:
        story.call(op, **payload)
    except SafeconductError as error:
        return error.code
    return ""
