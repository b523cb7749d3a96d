"""The five findings on one page: a small form for each, with what is proposed filled in and no outcome chosen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from safeconduct.rooms.government_requests.actions import Found
from safeconduct.rooms.government_requests.forms.review import FindingForm
from safeconduct.rooms.government_requests.queries.proposals import Proposed
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome

MISSING = {
    "words": "Give the words that you rely on.",
    "page": "Give the page on which they stand.",
    "reason": "Say why.",
}


class OneOfFiveForm(FindingForm):
    """One question; left alone while no outcome is chosen."""

    def __init__(self, data: Mapping[str, Any] | None, *, kind: FindingKind, proposed: Proposed) -> None:
        """Fill in what is ``proposed``; nothing of it is an answer before an outcome is chosen."""
        initial = {"words": proposed.words, "page": proposed.page, "reason": proposed.reason}
        super().__init__(data, prefix=kind.value, auto_id="%s", initial=initial)
        for field in self.fields.values():
            field.required = False

    @property
    def answered(self) -> bool:
        """Return whether an outcome was chosen."""
        return bool(self.cleaned_data.get("outcome"))

    def clean(self) -> dict[str, Any]:
        """Demand words, page and reason of a question that is answered."""
        given = super().clean() or {}
        if given.get("outcome"):
            for name, says in MISSING.items():
                if name not in self.errors and not given.get(name):
                    self.add_error(name, says)
        return given

    def found(self, kind: FindingKind) -> Found:
        """Return the answer."""
        given = self.cleaned_data
        outcome = FindingOutcome(given["outcome"])
        return Found(kind=kind, outcome=outcome, reason=given["reason"], words=given["words"], page=given["page"])


Five = dict[FindingKind, OneOfFiveForm]


def five_forms(
    data: Mapping[str, Any] | None, *, open_kinds: Iterable[FindingKind], proposed: Mapping[FindingKind, Proposed]
) -> Five:
    """Return a form for each question that is open, in their order."""
    return {kind: OneOfFiveForm(data, kind=kind, proposed=proposed[kind]) for kind in open_kinds}


def answers(five: Five) -> Sequence[Found]:
    """Return the answers of forms that are valid; raises ``forms.ValidationError`` where nothing is answered."""
    found = [form.found(kind) for kind, form in five.items() if form.answered]
    if not found:
        raise forms.ValidationError("Choose an outcome for at least one question.")
    return found
