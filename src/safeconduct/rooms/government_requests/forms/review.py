"""Short forms of the matter pages: a finding, a question, a determination, a refusal, a call-back."""

from django import forms

from safeconduct.rooms.government_requests.actions.closing import SOURCES
from safeconduct.rooms.government_requests.forms.fields import DayField
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category, NoticeException, Role

OUTCOMES = (("met", "Met"), ("met_if_narrowed", "Met if narrowed"), ("not_met", "Not met"))


def _words(label: str, *, rows: int = 4, hint: str = "") -> forms.CharField:
    attrs = {"rows": rows, "class": "input"}
    return forms.CharField(label=label, help_text=hint, max_length=4000, widget=forms.Textarea(attrs=attrs))


def _key() -> forms.RegexField:
    return forms.RegexField(
        r"^age1[0-9a-z]{50,4000}$",
        label="The addressee's public key",
        help_text="Only where nothing was sealed to them before; it begins with age1.",
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class FindingForm(forms.Form):
    """One of the five: outcome, words relied on, page, reason."""

    outcome = forms.ChoiceField(label="Your finding", choices=OUTCOMES, widget=forms.RadioSelect)
    words = _words("The words you rely on", rows=2, hint="As they stand in the paper.")
    page = forms.IntegerField(label="Page", min_value=1, widget=forms.NumberInput(attrs={"class": "input date"}))
    reason = _words("Reason", rows=3, hint="One or two sentences. The officer may read them in our letter.")


class WordsForm(forms.Form):
    """Words, and nothing else."""

    words = _words("Your words")


class TranscriptForm(forms.Form):
    """The words of the paper."""

    transcript = _words("The words of the paper", rows=24, hint="A line with three dashes begins the next page.")

    def __init__(self, *args: object, **options: object) -> None:
        """Let a paper be long."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["transcript"].max_length = 400_000  # type: ignore[attr-defined] # a CharField, by construction


class DataRoleForm(forms.Form):
    """What counsel found us to be to one class of data."""

    category = forms.ChoiceField(label="Class of data", choices=[(one.value, CATEGORY_NAMES[one]) for one in Category])
    role = forms.ChoiceField(label="We are", choices=[(one.value, one.value.capitalize()) for one in Role])


class DeterminationForm(forms.Form):
    """Counsel's answer to one "ask counsel"."""

    provision = forms.CharField(label="Provision", max_length=64, widget=forms.TextInput(attrs={"class": "input"}))
    reason = _words("Reason")
    expires = DayField(label="It ends on")


class RefusalForm(forms.Form):
    """The words at fault, why, and the cure."""

    words = _words("The words at fault", rows=2)
    why = _words("Why they keep us from answering", rows=2)
    cure = _words("What would cure it", rows=2)
    recipient = _key()


class RedirectForm(forms.Form):
    """The office that receives requests by treaty."""

    authority = forms.CharField(
        label="Receiving office", max_length=300, widget=forms.TextInput(attrs={"class": "input"})
    )
    recipient = _key()


class KeyForm(forms.Form):
    """A public key, where none is known yet."""

    recipient = _key()


class CallBackForm(forms.Form):
    """A call by two people on a number of our own finding."""

    source = forms.ChoiceField(
        label="Where the number came from",
        choices=[(one, one.replace("_", " ").capitalize()) for one in sorted(SOURCES)],
        widget=forms.RadioSelect,
    )
    reached = forms.BooleanField(label="The agency was reached and confirms the emergency", required=False)
    second = forms.ChoiceField(label="The second person on the line")

    def __init__(self, *args: object, people: tuple[tuple[str, str], ...] = (), **options: object) -> None:
        """Offer ``people`` as second person."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["second"].choices = list(people)  # type: ignore[attr-defined] # a ChoiceField, by construction


class ExceptionForm(forms.Form):
    """A named exception."""

    exception = forms.ChoiceField(
        label="Exception",
        choices=[(one.value, one.value.replace("_", " ").capitalize()) for one in NoticeException],
        widget=forms.RadioSelect,
    )


class ScopeForm(forms.Form):
    """The period where the paper names none, and how long the approval lasts."""

    first = DayField(label="First day", required=False)
    last = DayField(label="Last day", required=False)
    days = forms.IntegerField(
        label="Days until the scope expires",
        min_value=1,
        max_value=90,
        initial=30,
        widget=forms.NumberInput(attrs={"class": "input date"}),
    )
    row_ceiling = forms.IntegerField(
        label="Most rows that may leave",
        help_text="Empty: a quarter more than the forecast.",
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input date"}),
    )
    recipient = _key()
