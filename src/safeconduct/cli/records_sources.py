"""``safeconduct records sources``: open each of the company's own stores as a collection would, and ask for nothing."""

import argparse
import json
from pathlib import Path
from typing import Any

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.vaultd.connectors.asking import ask
from safeconduct.vaultd.connectors.sources import loaded


def add_arguments(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare ``sources``."""
    take = verbs.add_parser(
        "sources", help="check each store of the company's own: role, tables, types; run it as vault"
    )
    take.add_argument("--config", type=Path, required=True, help="safeconduct.toml")
    take.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check every source; exit code 0 only if a collection could ask all of them."""
    places = read_configuration(arguments.config).sources
    if not places:
        raise BadInputError("safeconduct.toml names no [[source]].")
    told = []
    for place in places:
        name = place.mapping.name
        try:
            source = loaded(place)
            name = source.mapping.name
            for _ in ask(source, op="check", record=",".join(source.mapping.tables)):
                pass
        except SafeconductError as error:
            told.append({"source": name, "holds": False, "error": error.as_json()})
        else:
            told.append({"source": name, "holds": True, "tables": sorted(source.mapping.tables)})
    print(json.dumps(told, sort_keys=True) if arguments.json else "\n".join(map(_line, told)))
    return 0 if all(one["holds"] for one in told) else 1


def _line(one: dict[str, Any]) -> str:
    if one["holds"]:
        return f"{one['source']}: can be asked for {', '.join(one['tables'])}."
    error = one["error"]
    return f"{one['source']}: {error['code']}: {error['message']} {error['cure']}"
