"""One ``safeconduct.toml`` per instance: read, checked, and turned into absolute paths. It never holds a secret."""

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.core.base.region_places import RegionPlace, region_places
from safeconduct.core.base.sign_on import AgencyProvider, IdentityProvider, agency_providers
from safeconduct.core.base.source_places import SourcePlace
from safeconduct.core.base.ticket_place import TicketPlace
from safeconduct.core.base.upload_limits import UploadLimits

FACES = ("desk", "portal", "approve", "open", "public")
PORT_MAX = 65535
ENTITY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class ConfigurationError(BadInputError):
    """The configuration file cannot be used."""

    code = "SC-CONFIGURATION"
    cure = "Correct safeconduct.toml; docs/operate/configuration.md names every key."


@dataclass(frozen=True, kw_only=True)
class ServedEntity:
    """A legal entity of the company on which paper can be served.

    Its ``country`` decides which authorities are its own, ``language`` is that of its letters, and ``brands`` are the
    other names by which a paper may call it.
    """

    id: str
    name: str
    country: str
    address: str
    zone: str
    language: str = "en"
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Face:
    """One origin: its host, its port and so its URL."""

    name: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Return the origin as a browser sends it."""
        return f"https://{self.host}" if self.port == 443 else f"https://{self.host}:{self.port}"  # noqa: PLR2004 - the https port


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """What only the demonstration has: its clock, its seed, and where its visitors' keys lie."""

    now: str
    seed: int
    visitor: Path


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """An instance.

    Attributes:
        root: the folder of the instance; every relative path starts here.
        name: the company's short name.
        enclave: whether this is the instance for national-security matters.
        entities: the served entities by id.
        faces: the five origins by name.
        database: ``sqlite:PATH`` or a ``postgresql://`` URL without password.
        socket: the vault process's Unix socket.
        vault_store: the folder that only the vault process may read.
        outbox: the folder of sealed files that may be handed out.
        public: the folder of the static public site.
        tls: the folder with ``server.pem``, ``server.key`` and ``ca.pem``.
        rulebook: the shipped provisions; None means those inside the package.
        overlay: counsel's sign-offs.
        log_origin: the name of the logs, such as ``log.northwind.example``.
        slot_hours: length of one slot of the public log.
        witness_socket: Unix socket of the log witness, or None.
        witness_quorum: how many witness cosignatures a public checkpoint needs.
        demonstration: None on a live instance.
        uploads: the limits of what may be sent to us.
        mail: where mail comes in, or None.
        tickets: the ticket system that is told of changes, or None.
        provider: the identity provider through which colleagues may sign in, or None.
        agency_providers: agencies' own providers, by door, through which their officers may sign in.
        sources: the company's own stores that the vault process may ask.
        regions: the object stores where sealed records lie, the usual one first.
        executors: the age recipient of each distributed engine that may be given page keys, by name.
    """

    root: Path
    name: str
    enclave: bool
    entities: dict[str, ServedEntity]
    faces: dict[str, Face]
    database: str
    socket: Path
    vault_store: Path
    outbox: Path
    public: Path
    tls: Path
    rulebook: Path | None
    overlay: Path
    log_origin: str
    slot_hours: int
    witness_socket: Path | None
    witness_quorum: int
    demonstration: Demonstration | None
    uploads: UploadLimits = field(default_factory=UploadLimits)
    mail: MailPlace | None = None
    tickets: TicketPlace | None = None
    provider: IdentityProvider | None = None
    agency_providers: dict[str, AgencyProvider] = field(default_factory=dict)
    sources: tuple[SourcePlace, ...] = ()
    regions: tuple[RegionPlace, ...] = ()
    executors: dict[str, str] = field(default_factory=dict)


def _table(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise ConfigurationError(f"The table [{name}] is missing.")
    return found


def _faces(table: dict[str, Any]) -> dict[str, Face]:
    faces = {}
    domain = str(table["domain"])
    for name in FACES:
        port = int(table[f"{name}_port"])
        if not 0 < port <= PORT_MAX:
            raise ConfigurationError(f"{name}_port is not a port.")
        faces[name] = Face(name=name, host=f"{name}.{domain}", port=port)
    return faces


def _entities(tables: list[dict[str, Any]]) -> dict[str, ServedEntity]:
    if not tables:
        raise ConfigurationError("There is no [[entity]]: paper is served on somebody.")
    needed = [one.name for one in fields(ServedEntity) if one.default is MISSING]
    entities = [
        ServedEntity(
            **{key: str(table[key]) for key in needed},
            language=str(table.get("language", "en")),
            brands=tuple(str(one) for one in table.get("brands", [])),
        )
        for table in tables
    ]
    if wrong := [one.id for one in entities if not ENTITY_ID.fullmatch(one.id)]:
        raise ConfigurationError(f"{wrong[0]!r} is no id: small letters, digits and hyphens, 64 at most.")
    if len({entity.id for entity in entities}) < len(entities):
        raise ConfigurationError("Two [[entity]] tables have one id.")
    return {entity.id: entity for entity in entities}


def _upload_limits(table: dict[str, Any]) -> UploadLimits:
    try:
        return UploadLimits.from_table(table)
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _mail(root: Path, value: dict[str, Any]) -> MailPlace | None:
    try:
        return MailPlace.from_table(_table(value, "mail"), root) if "mail" in value else None
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _provider(root: Path, value: dict[str, Any]) -> IdentityProvider | None:
    try:
        return IdentityProvider.from_table(_table(value, "provider"), root) if "provider" in value else None
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _agency_providers(root: Path, value: dict[str, Any]) -> dict[str, AgencyProvider]:
    try:
        return agency_providers(value.get("agency_provider", []), root)
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _tickets(root: Path, value: dict[str, Any]) -> TicketPlace | None:
    try:
        return TicketPlace.from_table(_table(value, "tickets"), root) if "tickets" in value else None
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _sources(root: Path, value: dict[str, Any]) -> tuple[SourcePlace, ...]:
    try:
        return tuple(SourcePlace.from_table(one, root) for one in value.get("source", []))
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def _executors(tables: list[dict[str, Any]]) -> dict[str, str]:
    found = {str(table["name"]): str(table["recipient"]) for table in tables}
    if len(found) < len(tables) or not all(ENTITY_ID.fullmatch(name) for name in found):
        raise ConfigurationError("An [[executor]] has a name of its own: small letters, digits and hyphens.")
    return found


def _regions(root: Path, value: dict[str, Any]) -> tuple[RegionPlace, ...]:
    try:
        return region_places(value.get("region", []), root)
    except BadInputError as error:
        raise ConfigurationError(error.detail) from error


def read_configuration(path: Path) -> Configuration:
    """Return the configuration in ``path``; raises ``ConfigurationError`` naming what is missing or wrong."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
        return _configuration(path.resolve().parent, value)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path.name} cannot be read as TOML.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"A key is missing or wrong: {error}.") from error


def _configuration(root: Path, value: dict[str, Any]) -> Configuration:
    instance, store, log = _table(value, "instance"), _table(value, "store"), _table(value, "log")
    demo = value.get("demonstration")
    witness = log.get("witness_socket")
    rulebook = store.get("rulebook")
    enclave, quorum = bool(instance.get("enclave", False)), int(log["witness_quorum"])
    if demo is None and not enclave and quorum < 1:
        raise ConfigurationError(
            "A live instance publishes only what a log witness cosigned: witness_quorum is 1 or more."
        )
    return Configuration(
        root=root,
        name=str(instance["name"]),
        enclave=enclave,
        entities=_entities(value.get("entity", [])),
        faces=_faces(_table(value, "faces")),
        database=str(store["database"]),
        socket=root / store["socket"],
        vault_store=root / store["vault"],
        outbox=root / store["outbox"],
        public=root / store["public"],
        tls=root / store["tls"],
        rulebook=root / rulebook if rulebook else None,
        overlay=root / store["overlay"],
        log_origin=str(log["origin"]),
        slot_hours=int(log["slot_hours"]),
        witness_socket=root / witness if witness else None,
        witness_quorum=quorum,
        demonstration=Demonstration(now=str(demo["now"]), seed=int(demo["seed"]), visitor=root / demo["visitor"])
        if demo
        else None,
        uploads=_upload_limits(_table({"uploads": {}, **value}, "uploads")),
        mail=_mail(root, value),
        tickets=_tickets(root, value),
        provider=_provider(root, value),
        agency_providers=_agency_providers(root, value),
        sources=_sources(root, value),
        regions=_regions(root, value),
        executors=_executors(value.get("executor", [])),
    )
