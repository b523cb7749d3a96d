import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.lifecycle import Lifecycle, TransitionError

DOOR = Lifecycle(
    name="door", initial="shut", table={("shut", "open"): "open", ("open", "shut"): "shut", ("open", "break"): "broken"}
)


@given(st.lists(st.sampled_from(["open", "shut", "break", "paint"]), max_size=12))
def test_every_walk_stays_in_the_table(events: list[str]) -> None:
    state = DOOR.initial
    for event in events:
        if event in DOOR.permitted(state):
            state = DOOR.next_state(state, event)
        else:
            with pytest.raises(TransitionError):
                DOOR.next_state(state, event)
        assert state in DOOR.states


def test_final_states_and_steps_come_from_the_table() -> None:
    assert DOOR.final_states == {"broken"}
    assert DOOR.steps() == (("open", "broken"), ("open", "shut"), ("shut", "open"))
    assert DOOR.states == ("shut", "broken", "open")


def test_the_diagram_names_every_step() -> None:
    assert DOOR.mermaid().count("-->") == 5
    assert "open --> broken: break" in DOOR.mermaid()


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing leads to"):
        Lifecycle(name="x", initial="a", table={("lost", "go"): "a"})
