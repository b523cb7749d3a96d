"""The field that says which of our companies was served: the only one, one that is chosen, or one that is named."""

from collections.abc import Mapping
from typing import Any

from django import forms

from safeconduct.rooms.government_requests.queries.served import Served
from safeconduct.rooms.government_requests.rules.entities import entity_named

AS_NAMED = ("", "The one that the paper names")
UNNAMED = "The paper's words do not name one of these companies alone: choose the one that was served."


def entity_field(served: Served) -> forms.ChoiceField:
    """Return the field: without a choice where there is one company, else with the paper's own name first."""
    choices = [(one.id, one.name) for one in served]
    if len(choices) == 1:
        return forms.ChoiceField(label="Company served", choices=choices)
    return forms.ChoiceField(label="Company served", choices=[AS_NAMED, *choices], required=False)


def settle_entity(form: forms.Form, served: Served, said: Mapping[str, Any]) -> str:
    """Return the company served; where neither the person nor the paper names one, the form says so."""
    chosen = str(said.get("entity") or "")
    if not chosen and len(served) > 1 and "entity" not in form.errors:
        words = (str(said.get("entity_named") or ""), str(said.get("transcript") or ""))
        chosen = entity_named(words, {one.id: one.names for one in served})
        if not chosen:
            form.add_error("entity", UNNAMED)
    return chosen
