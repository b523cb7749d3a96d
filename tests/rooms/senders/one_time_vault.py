"""The vault process's part in one-time codes, at the wire: it keeps used steps, as the real one does."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.rooms.senders.ground import Ground

from safeconduct.core.conduct.one_time_codes import NEVER, secret_text, serving_step

SECRET = b"12345678901234567890"


@dataclass
class Codes:
    """Stands before the ground's own stand-in."""

    ground: Ground
    last: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, op: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((op, payload))
        if op == "blind_index":
            return {"indexes": [hashlib.sha256(one.encode()).hexdigest() for one in payload["values"]]}
        if op == "make_code":
            self.last[payload["key"]] = NEVER
            return {"secret": secret_text(SECRET)}
        if op == "check_code":
            after = self.last.get(payload["key"])
            step = serving_step(
                SECRET, typed=payload["code"], at=self.ground.now, after=NEVER if after is None else after
            )
            if after is None or step is None:
                return {"serves": False}
            self.last[payload["key"]] = step
            return {"serves": True}
        return self.ground.call(op, payload)
