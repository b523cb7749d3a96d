"""RFC 6238's own values, the steps beside the clock's, and what people type."""

from datetime import UTC, datetime, timedelta

import pytest

from safeconduct.core.conduct.one_time_codes import NEVER, code_of, secret_text, serving_step, step_at

SECRET = b"12345678901234567890"
AT = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
HERE = step_at(AT)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_values_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    assert code_of(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
def test_one_step_on_either_side_serves(offset: int) -> None:
    found = serving_step(SECRET, typed=code_of(SECRET, HERE + offset), at=AT, after=NEVER)
    assert found == (HERE + offset if abs(offset) <= 1 else None)


def test_a_used_step_and_an_earlier_one_serve_no_more() -> None:
    code = code_of(SECRET, HERE)
    assert serving_step(SECRET, typed=code, at=AT, after=HERE) is None
    assert serving_step(SECRET, typed=code_of(SECRET, HERE - 1), at=AT, after=HERE) is None
    later = AT + timedelta(seconds=30)
    assert serving_step(SECRET, typed=code, at=later, after=HERE) is None
    assert serving_step(SECRET, typed=code_of(SECRET, HERE + 1), at=AT, after=HERE) == HERE + 1


def test_only_spaces_between_ascii_digits_are_taken_out() -> None:
    code = code_of(SECRET, HERE)
    assert serving_step(SECRET, typed=f" {code[:3]} {code[3:]}\t", at=AT, after=NEVER) == HERE
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    for typed in (wide, f"0{code}", code[1:], f"{code}\n", f"+{code}", code.replace(code[0], "٣", 1), "", "abcdef"):
        assert serving_step(SECRET, typed=typed, at=AT, after=NEVER) is None


def test_a_secret_is_told_in_base32() -> None:
    assert secret_text(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
