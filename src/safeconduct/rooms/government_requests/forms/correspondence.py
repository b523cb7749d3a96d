"""What is typed to note a call, or to keep a letter that came."""

from datetime import datetime, time
from typing import Any

from django import forms

from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.forms.fields import DayField, PaperField
from safeconduct.rooms.government_requests.forms.paper import FILE_HELP, upload_of
from safeconduct.rooms.government_requests.rules.contacts import CHANNEL_NAMES, MOST_FILES, SPOKEN, Channel, Direction

MIDDAY = time(12, 0)


def _clock() -> forms.TimeField:
    return forms.TimeField(
        label="Time",
        help_text="Hours and minutes, such as 14:05, in the zone of the matter. Empty: now, or midday of that day.",
        required=False,
        widget=forms.TimeInput(attrs={"class": "input date", "autocomplete": "off"}, format="%H:%M"),
        input_formats=["%H:%M"],
    )


class _When(forms.Form):
    day = DayField(label="Day", required=False)
    time = _clock()

    def instant(self, *, now: datetime, zone_name: str) -> datetime:
        """Return the instant that was typed, in the zone of the matter; ``now`` where nothing was typed."""
        day, clock = self.cleaned_data["day"], self.cleaned_data["time"]
        here = now.astimezone(zone(zone_name))
        if day is None and clock is None:
            return now
        if day == here.date() and clock is None:
            return now
        return datetime.combine(day or here.date(), clock or MIDDAY, tzinfo=zone(zone_name))


class CallForm(_When):
    """A call: who called, when, and what was said."""

    direction = forms.ChoiceField(
        label="Who called",
        choices=[(Direction.OUTGOING.value, "We called them"), (Direction.INCOMING.value, "They called us")],
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label="How",
        choices=[(one.value, CHANNEL_NAMES[one]) for one in Channel if one in SPOKEN],
        initial=Channel.TELEPHONE.value,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What was said", max_length=10000, widget=forms.Textarea(attrs={"class": "input", "rows": 4})
    )
    field_order = ("direction", "channel", "day", "time", "words")


class IncomingForm(_When):
    """A letter that came: its file, how and when it came."""

    file = PaperField(label="The letter as it came")
    pages = forms.IntegerField(label="Pages", min_value=1, widget=forms.NumberInput(attrs={"class": "input date"}))
    channel = forms.ChoiceField(
        label="How it came",
        choices=[(one.value, CHANNEL_NAMES[one]) for one in Channel if one not in SPOKEN],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Note",
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )
    field_order = ("file", "pages", "channel", "day", "time", "words")


class AnswerForm(forms.Form):
    """An officer's answer to our question, and files beside it."""

    words = forms.CharField(
        label="Your answer", max_length=10000, widget=forms.Textarea(attrs={"class": "input", "rows": 4})
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Add the files, each through the gate."""
        super().__init__(*args, **options)
        for number in range(1, MOST_FILES + 1):
            help_text = FILE_HELP if number == 1 else ""
            self.fields[f"file_{number}"] = PaperField(label=f"File {number}", required=False, help_text=help_text)

    def uploads(self) -> tuple[Upload, ...]:
        """Return the files as they came; call after ``is_valid``."""
        chosen = [self.cleaned_data[f"file_{number}"] for number in range(1, MOST_FILES + 1)]
        return tuple(upload_of(one, pages=1, role="attachment") for one in chosen if one)
