"""The companies on which paper can be served: all of them for a sender, at the desk those of a colleague."""

from dataclasses import dataclass

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import ServedEntity
from safeconduct.rooms.government_requests.queries.place import configuration


@dataclass(frozen=True)
class ServedOne:
    """A company that can be chosen, and every name by which a paper may call it."""

    id: str
    name: str
    names: tuple[str, ...]


Served = tuple[ServedOne, ...]


def served_by(*, actor: Actor) -> Served:
    """Return the companies for which ``actor`` may send in or enter a paper, as the configuration names them."""
    return tuple(_one(one) for one in configuration().entities.values() if actor.works_for(one.id))


def served_names() -> dict[str, str]:
    """Return the name of each company by its id."""
    return {one.id: one.name for one in configuration().entities.values()}


def _one(entity: ServedEntity) -> ServedOne:
    return ServedOne(entity.id, entity.name, (entity.name, *entity.brands))
