"""What a package says about itself: who it is from and for, on what paper, under which safe-conduct."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import instant_text, zone
from safeconduct.core.packages.lines import is_one_line


class FactsError(BadInputError):
    """A fact about the package holds something other than one line of visible text."""

    code = "SC-PACKAGE-FACTS"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A served paper: the name it was received under, its SHA-256, and its pages."""

    name: str
    sha256: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """An officer to whom the package may be handed."""

    organisation_name: str
    person_name: str
    key_fingerprint: str


@dataclass(frozen=True, kw_only=True)
class RecordsCustodian:
    """The person of the company who certifies the records."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class PackageFacts:
    """Everything a package tells besides its records.

    Attributes:
        reference: the matter's reference; also the bag's folder.
        served_entity: the company's legal name.
        process: kind of legal process, such as ``search_warrant``.
        papers: what was served.
        addressees: the listed holders.
        safe_conduct: digest of the safe-conduct (the scope digest).
        edition: digest of the rulebook edition it was decided under.
        provisions: ids of the provisions relied on.
        prepared_at: when the package was made, by the vault process's clock.
        zone: time zone in which people read instants here; the records stay in UTC.
        custodian: the records custodian.
        mark: the demonstration's mark, or empty on a live instance.
        supplements: manifest root of the matter's first package, where this one adds to it; empty for a first one.
    """

    reference: str
    served_entity: str
    process: str
    papers: tuple[Paper, ...]
    addressees: tuple[Addressee, ...]
    safe_conduct: str
    edition: str
    provisions: tuple[str, ...]
    prepared_at: datetime
    zone: str
    custodian: RecordsCustodian
    mark: str = ""
    supplements: str = ""

    def __post_init__(self) -> None:
        """Refuse a text that is not one visible line: it could pass for a line of our own in a paper."""
        papers = [text for paper in self.papers for text in (paper.name, paper.sha256)]
        people = [text for one in self.addressees for text in vars(one).values()]
        own = [self.reference, self.served_entity, self.mark, self.custodian.name, self.custodian.title]
        if not all(is_one_line(text) for text in [*papers, *people, *own, self.supplements]):
            raise FactsError

    @property
    def prepared_words(self) -> str:
        """Return the instant as people of the zone read it, with UTC beside it."""
        local = self.prepared_at.astimezone(zone(self.zone))
        return f"{local:%d %B %Y, %H:%M} {self.zone} ({instant_text(self.prepared_at)})"

    def statement(self) -> dict[str, JsonValue]:
        """Return the safe-conduct statement: digests and names of keys, nothing of its reasons."""
        return {
            "version": 1,
            "reference": self.reference,
            "served_entity": self.served_entity,
            "process": self.process,
            "safe_conduct": self.safe_conduct,
            "edition": self.edition,
            "provisions": list(self.provisions),
            "papers": [vars(paper) for paper in self.papers],
            "holders": [vars(addressee) for addressee in self.addressees],
            "prepared_at": instant_text(self.prepared_at),
            "mark": self.mark,
            **({"supplements": self.supplements} if self.supplements else {}),
        }
