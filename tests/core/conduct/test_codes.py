"""Codes that scripts, forms and alarms rely on: a refusal keeps its code when its words change."""

import inspect
import pkgutil
from importlib import import_module

import safeconduct.core.conduct
from safeconduct.core.base.errors import SafeconductError

CODES = {
    "BodyError": "SC-CONSENT-BODY",
    "ExpiredConductError": "SC-EXPIRED",
    "GrantError": "SC-GRANT",
    "IdTokenError": "SC-ID-TOKEN",
    "LeaseTakenError": "SC-LEASE-TAKEN",
    "PasskeyError": "SC-PASSKEY",
    "QuorumError": "SC-QUORUM",
    "RevokedConductError": "SC-REVOKED",
    "SignedConductError": "SC-SIGNED-CONDUCT",
    "WideningError": "SC-SCOPE-WIDENS",
}


def test_every_refusal_of_the_engine_has_the_code_that_it_always_had() -> None:
    found = {}
    for one in pkgutil.iter_modules(safeconduct.core.conduct.__path__):
        module = import_module(f"safeconduct.core.conduct.{one.name}")
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, SafeconductError) and kind.__module__ == module.__name__:
                found[name] = kind.code
    assert found == CODES
