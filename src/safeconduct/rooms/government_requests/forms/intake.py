"""The two doors by which a paper comes in."""

from datetime import datetime
from typing import Any

from django import forms

from safeconduct.rooms.government_requests.forms.fields import DayField
from safeconduct.rooms.government_requests.forms.paper import PaperForm
from safeconduct.rooms.government_requests.forms.served import entity_field, settle_entity
from safeconduct.rooms.government_requests.queries.served import Served
from safeconduct.rooms.government_requests.rules.arrival import BY_PAPER, Arrived, arrival_instant

Choices = tuple[tuple[str, str], ...]


class DeskIntakeForm(PaperForm):
    """At the desk: also which company was served, who sent it, how and when it came, and who opened it."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - what every form takes
        entities: Served,
        organisations: Choices,
        openers: Choices = (),
        **options: Any,  # noqa: ANN401 - what every form takes
    ) -> None:
        """Offer the served entities, the agencies that we know, and the colleagues who open what comes on paper."""
        super().__init__(*args, **options)
        self.served = entities
        own: dict[str, forms.Field] = {
            "entity": entity_field(entities),
            "organisation": forms.ChoiceField(label="Sender", choices=organisations),
        }
        if openers:
            own |= {
                "channel": forms.ChoiceField(label="How it came", choices=tuple(BY_PAPER.items())),
                "arrived": DayField(label="Day it arrived", help_text="Its clocks run from that day, not from today."),
                "opened_by": forms.ChoiceField(label="Who opened it", choices=openers),
            }
        self.fields = {**own, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Check also which company was served."""
        found = super().clean()
        return {**found, "entity": settle_entity(self, self.served, found)}

    def arrived(self, now: datetime) -> Arrived:
        """Return when it reached us and who opened it; call after ``is_valid``."""
        said = self.cleaned_data
        at = arrival_instant(day=said["arrived"], now=now, zone_name=said["zone"])
        return Arrived(at=at, opened_by=said["opened_by"])


class PortalIntakeForm(PaperForm):
    """In the portal: the sender is the officer who signed in; nobody types out what they send."""

    def __init__(self, *args: Any, entities: Served, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Offer the served entities."""
        super().__init__(*args, **options)
        self.served = entities
        del self.fields["transcript"]
        self.fields = {"entity": entity_field(entities), **self.fields}

    def clean(self) -> dict[str, Any]:
        """Check also which company was served."""
        found = super().clean()
        return {**found, "entity": settle_entity(self, self.served, found)}

    def transcript_pages(self) -> tuple[str, ...]:
        """Return nothing: we type the words out ourselves and read them against the original."""
        return ()
