"""Takes each line that records out of the program, once, and lets the judge look at the act without it.

The act is done as it stands first. Then both stores are put back as they were before it, and it is done again: once
unchanged, which must write the same (the control), and once without the line, which must be noticed.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.entries.auditing import Audit, Site
from tests.functional.closing import bring_back, copy, sealed
from tests.functional.founded import Founded

from safeconduct.vaultd.vault import EPOCH_FILE, store_of

CAUGHT, SURVIVED = "caught", "survived"


@dataclass
class Removing:
    """What was noticed, by line; and by action whether the unchanged act wrote the same when done again."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="sc-")))
    found: Founded | None = None
    verdicts: dict[Site, str] = field(default_factory=dict)
    repeated: dict[str, bool] = field(default_factory=dict)

    def __call__(self, audit: Audit, name: str, act: Callable[[], Any]) -> Any:
        """Run one outermost action, and again without each of its lines that is new."""
        if self.found is None:
            return audit.watch(name, act)
        self._copy("before")
        heard = audit.heard
        audit.heard = []
        answer = audit.watch(name, act)
        fresh = [site for site in dict.fromkeys(audit.heard) if site not in self.verdicts]
        wrote = audit.total
        if fresh:
            self._copy("after")
            self.repeated[name] = self._again(audit, name, act, None) == wrote
            for site in fresh:
                self.verdicts[site] = CAUGHT if self._again(audit, name, act, site) != wrote else SURVIVED
            self._bring_back("after")
        audit.heard = heard
        return answer

    def _again(self, audit: Audit, name: str, act: Callable[[], Any], site: Site | None) -> Counter[str] | None:
        self._bring_back("before")
        probe = Audit(removed=site)
        audit.probe = probe
        try:
            probe.watch(name, act)
        except Exception:  # noqa: BLE001 - whatever the crippled program raises, the act was not done as before
            return None
        finally:
            audit.probe = None
        return probe.total

    def _stores(self) -> dict[str, Path]:
        assert self.found is not None
        configuration = self.found.configuration
        return {"web": configuration.root / "state" / "web.sqlite3", "vault": store_of(configuration)}

    def _copy(self, moment: str) -> None:
        for name, live in self._stores().items():
            copy(live, self.folder / f"{name}-{moment}")
        shutil.copy(self._epochs(), self.folder / f"epochs-{moment}")

    def _bring_back(self, moment: str) -> None:
        assert self.found is not None
        for name, live in self._stores().items():
            bring_back(self.folder / f"{name}-{moment}", live)
        epochs = self.folder / f"epochs-{moment}"
        if epochs.read_bytes() != self._epochs().read_bytes():
            shutil.copy(epochs, self._epochs())
            with sealed(self.found):
                pass

    def _epochs(self) -> Path:
        assert self.found is not None
        return self.found.configuration.vault_store / EPOCH_FILE
