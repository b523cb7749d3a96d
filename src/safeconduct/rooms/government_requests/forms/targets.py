"""A list of identifiers as a file: checked by the gate, read line by line, and shown before it is sent."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.uploads.lists import read_list
from safeconduct.rooms.government_requests.forms.fields import refuse_what_did_not_arrive
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.targets import Targets, read_targets, require_targets

LIST_HELP = "Text, CSV or XLSX, one identifier on each line, 20,000 at most. Its identifiers are kept, the file is not."


class TargetsField(forms.FileField):
    """A file that becomes the identifiers that it lists; None where none was chosen.

    Args:
        strict: refuse a list with a line that holds no identifier; a preview shows such lines instead.
    """

    def __init__(self, *, strict: bool = True, **options: Any) -> None:  # noqa: ANN401 - what every form field takes
        """Keep whether every line must hold."""
        self.strict = strict
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Targets | None:  # noqa: ANN401 - what Django hands over
        """Return what the list names; raises ``ValidationError`` with what the gate or the rules refused."""
        try:
            refuse_what_did_not_arrive(data)
            upload = super().clean(data, initial)
            if not upload:
                return None
            found = read_targets(read_list(upload.read(), name=upload.name, limits=configuration().uploads))
            if self.strict:
                require_targets(found)
        except SafeconductError as error:
            raise ValidationError(f"{error.message} {error.cure} ({error.code})", code=error.code) from error
        return found


class TargetsForm(forms.Form):
    """A list to be looked at before it is sent."""

    targets = TargetsField(strict=False, label="List of identifiers", help_text=LIST_HELP)
