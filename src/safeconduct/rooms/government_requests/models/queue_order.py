"""The order of the queue, as expressions that an index holds.

What waits on somebody else comes after what waits on us; within that, the clock of each state that runs out first. The
states stand in the expressions as they are, not as parameters: a database takes an index for an expression only where
both are written alike.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, F, Func, Index, IntegerField, Q
from django.db.models.sql.compiler import SQLCompiler

from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, PAUSED


def _listed(states: frozenset[str]) -> str:
    return ", ".join(f"'{one}'" for one in sorted(states))


_ANSWERED = _listed(FINISHED - {"closed"})


class WaitingRank(Func):
    """Whom a matter waits on: 0 us, 1 somebody else, 2 the end of a copy, 3 nobody (answered), 4 closed."""

    template = (
        f"(CASE WHEN %(expressions)s IN ({_listed(PAUSED)}) THEN 1 WHEN %(expressions)s = 'preserved' THEN 2"
        f" WHEN %(expressions)s IN ({_ANSWERED}) THEN 3 WHEN %(expressions)s = 'closed' THEN 4 ELSE 0 END)"
    )
    arity = 1
    output_field = IntegerField()


class ClockOfState(Func):
    """The moment by which a matter of its state is sorted: end of the copy, of the silence, or the answer's day."""

    arity = 4
    output_field = DateTimeField()

    def as_sql(  # type: ignore[override] # nobody asks it for another template
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **_options: Any,  # noqa: ANN401 - as Django calls it
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the expression of state, end of the copy, end of the silence and day of the answer."""
        del connection
        state, kept, silence, answer = (compiler.compile(one)[0] for one in self.get_source_expressions())
        sql = (
            f"(CASE WHEN {state} = 'preserved' THEN {kept}"
            f" WHEN {state} IN ({_ANSWERED}) AND {silence} IS NOT NULL THEN {silence} ELSE {answer} END)"
        )
        return sql, ()


WAITING = WaitingRank(F("state"))
CLOCK_AT = ClockOfState(F("state"), F("preserved_until"), F("silence_until"), F("answer_due_at"))
QUEUE_INDEX = "matter_in_queue"
QUEUE_INDEXES = (
    Index(
        *(WAITING, CLOCK_AT, "reference"),
        *("silenced", "state", "holder", "process", "notice_state", "answer_due_at"),
        *("preserved_at", "preservation_ended_at", "id"),
        name=QUEUE_INDEX,
    ),
    Index(fields=("state", "answer_due_at", "silenced", "process", "id"), name="matter_by_state"),
    Index(fields=("holder", "state", "silenced", "id"), name="matter_by_holder"),
    Index(fields=("notice_state", "silenced", "id"), name="matter_by_notice"),
    Index(fields=("process", "state", "silenced", "id"), name="matter_by_process"),
    Index(
        fields=("preserved_at", "preservation_ended_at", "silenced", "id"),
        condition=Q(preserved_at__isnull=False, preservation_ended_at__isnull=True),
        name="matter_copy_kept",
    ),
    Index(
        fields=("notice_state", "notice_owed", "silence_until", "outcome", "responded_at", "silenced", "id"),
        condition=Q(responded_at__isnull=False),
        name="matter_answered",
    ),
)
"""The first holds the order and all that the queue filters by: a row is read only for a line that is shown. Each other
one is what a count of the queue reads, and nothing else of the row."""
