"""Lifecycles as data: a table ``{(state, event): next state}``, checked on construction, drawn for the docs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from safeconduct.core.base.errors import ConflictError


class TransitionError(ConflictError):
    """The lifecycle has no such step from the present state."""

    code = "SC-NO-SUCH-STEP"


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """A named state machine.

    Attributes:
        name: the noun it governs, as in the glossary.
        initial: the first state.
        table: every permitted step.
    """

    name: str
    initial: str
    table: Mapping[tuple[str, str], str]

    def __post_init__(self) -> None:
        """Freeze the table and refuse one with a state that nothing leads to."""
        object.__setattr__(self, "table", MappingProxyType(dict(self.table)))
        reached = {self.initial} | set(self.table.values())
        lost = {state for state, _ in self.table} - reached
        if lost:
            raise ValueError(f"{self.name}: nothing leads to {sorted(lost)}")

    @property
    def states(self) -> tuple[str, ...]:
        """Return every state once, the initial one first, the rest by name."""
        rest = {state for state, _ in self.table} | set(self.table.values())
        return (self.initial, *sorted(rest - {self.initial}))

    @property
    def final_states(self) -> frozenset[str]:
        """Return the states that nothing leaves."""
        return frozenset(self.states) - {state for state, _ in self.table}

    def next_state(self, state: str, event: str) -> str:
        """Return the state after ``event``; raises ``TransitionError`` if the table has no such step."""
        try:
            return self.table[state, event]
        except KeyError:
            raise TransitionError(f"{self.name}: {event} is not possible in state {state}.") from None

    def permitted(self, state: str) -> tuple[str, ...]:
        """Return the events possible in ``state``, by name."""
        return tuple(sorted(event for start, event in self.table if start == state))

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return every (state, next state) pair once: what a database trigger allows."""
        return tuple(sorted({(start, end) for (start, _), end in self.table.items()}))

    def mermaid(self) -> str:
        """Return the diagram for the docs, generated from the table."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {start} --> {end}: {event}" for (start, event), end in sorted(self.table.items())]
        lines += [f"    {state} --> [*]" for state in sorted(self.final_states)]
        return "\n".join(lines)
