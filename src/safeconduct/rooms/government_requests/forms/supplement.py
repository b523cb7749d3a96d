"""What is typed to take a matter up again."""

from django import forms

from safeconduct.rooms.government_requests.rules.supplement import SupplementReason

NAMES = {
    SupplementReason.FOUND_LATER: "More was found",
    SupplementReason.PAPER_WIDENED: "An amended paper asks for more",
    SupplementReason.OUR_ERROR: "We left something out",
    SupplementReason.COURT_ORDERED: "A court ordered it",
}


class SupplementForm(forms.Form):
    """Why, from a closed list, and in words that are sealed."""

    reason = forms.ChoiceField(
        label="Why", choices=[(one.value, NAMES[one]) for one in SupplementReason], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="In words", max_length=10000, widget=forms.Textarea(attrs={"class": "input", "rows": 3})
    )
