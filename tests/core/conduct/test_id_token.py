"""Whatever comes instead of an ID token is refused by name; the walk with a real provider is in the room's tests."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.conduct.id_token import MOST_TOKEN_BYTES, IdTokenError, subject_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["keys", "kty", "kid", "use"]), inner),
    max_leaves=8,
)
PART = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_=.", max_size=40)


def read(token: str, keys: object) -> str:
    return subject_of(token, keys=keys, issuer="https://id.example", client="c", nonce="n", now=NOW)


@given(token=st.text(max_size=80) | st.tuples(PART, PART, PART).map(".".join), keys=JSON)
def test_anything_else_is_no_id_token(token: str, keys: object) -> None:
    with pytest.raises(IdTokenError):
        read(token, keys)


def test_a_long_token_is_not_read() -> None:
    with pytest.raises(IdTokenError, match="too long"):
        read("a" * (MOST_TOKEN_BYTES + 1), {"keys": []})
