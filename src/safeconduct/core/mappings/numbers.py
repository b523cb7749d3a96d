"""How a store writes telephone numbers, there and back to E.164.

1. ``e164`` is ``+12025550143``; ``digits`` the same without the plus; ``zeros`` with ``00`` in its place; ``national``
   the number inside one country, after the trunk prefix that people dial there.
2. A store may use several. ``digits`` and ``national`` together cannot be told apart, so no mapping has both.
3. What no form reads as E.164 stays as it is: a short code of three to six digits, or a sender's name.
4. Every spelling of a number reads back as that number; what is looked for is therefore each of its spellings.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
SHORT_CODE = re.compile(r"[0-9]{3,6}", re.ASCII)
SENDER = re.compile(r"(?=.{1,21}\Z)[A-Za-z0-9 ]{0,10}[A-Za-z][A-Za-z0-9 ]{0,10}", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,20}", re.ASCII)


class NumberForm(StrEnum):
    """One way of writing a telephone number."""

    E164 = "e164"
    DIGITS = "digits"
    ZEROS = "zeros"
    NATIONAL = "national"


@dataclass(frozen=True)
class Numbers:
    """The forms of one column; ``calling_code`` and ``trunk`` belong to the national form."""

    forms: tuple[NumberForm, ...]
    calling_code: str = ""
    trunk: str = ""

    def spellings(self, number: str) -> tuple[str, ...]:
        """Return every way in which the column may hold an E.164 ``number``, in the order of the forms."""
        found = (self._spell(form, number) for form in self.forms)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _spell(self, form: NumberForm, number: str) -> str | None:
        bare = number.removeprefix("+")
        if form is NumberForm.E164:
            return number
        if form is NumberForm.DIGITS:
            return bare
        if form is NumberForm.ZEROS:
            return f"00{bare}"
        if not bare.startswith(self.calling_code):
            return None
        written = self.trunk + bare.removeprefix(self.calling_code)
        # A spelling that would be read as something else is none.
        return written if self.read(written) == number else None

    def read(self, text: str) -> str | None:
        """Return what the column means: E.164, a short code, a sender's name; None for what is none of them."""
        if NumberForm.E164 in self.forms and E164.fullmatch(text):
            return text
        if WHOLE.fullmatch(text):
            return self._read_digits(text)
        return text if SENDER.fullmatch(text) else None

    def _read_digits(self, text: str) -> str | None:
        if NumberForm.ZEROS in self.forms and text.startswith("00"):
            return _whole(f"+{text.removeprefix('00')}")
        if SHORT_CODE.fullmatch(text):
            return text
        if NumberForm.DIGITS in self.forms:
            return _whole(f"+{text}")
        if NumberForm.NATIONAL in self.forms and text.startswith(self.trunk):
            return _whole(f"+{self.calling_code}{text.removeprefix(self.trunk)}")
        return None


def _whole(number: str) -> str | None:
    return number if E164.fullmatch(number) else None
