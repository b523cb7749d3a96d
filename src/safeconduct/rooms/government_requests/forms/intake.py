"""The two doors by which a paper comes in."""

from typing import Any

from django import forms

from safeconduct.rooms.government_requests.forms.paper import PaperForm

Choices = tuple[tuple[str, str], ...]


class DeskIntakeForm(PaperForm):
    """At the desk: also which company was served, and who sent it."""

    def __init__(self, *args: Any, entities: Choices, organisations: Choices, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Offer the served entities and the agencies that we know."""
        super().__init__(*args, **options)
        own = {
            "entity": forms.ChoiceField(label="Company served", choices=entities),
            "organisation": forms.ChoiceField(label="Sender", choices=organisations),
        }
        self.fields = {**own, **self.fields}


class PortalIntakeForm(PaperForm):
    """In the portal: the sender is the officer who signed in; nobody types out what they send."""

    def __init__(self, *args: Any, entities: Choices, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Offer the served entities."""
        super().__init__(*args, **options)
        del self.fields["transcript"]
        own = {"entity": forms.ChoiceField(label="Company served", choices=entities)}
        self.fields = {**own, **self.fields}

    def transcript_pages(self) -> tuple[str, ...]:
        """Return nothing: we type the words out ourselves and read them against the original."""
        return ()
