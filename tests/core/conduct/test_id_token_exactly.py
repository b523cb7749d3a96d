"""Every rule of an ID token at its very edge: what is just right is taken, what is just wrong is refused by name."""

import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from safeconduct.core.conduct import id_token
from safeconduct.core.conduct.id_token import MOST_KEYS, MOST_TOKEN_BYTES, IdTokenError, subject_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, CLIENT, NONCE = "https://id.example", "c", "n"
KEY, OTHER = (generate_private_key(SECP256R1()) for _ in range(2))
EDWARDS = Ed25519PrivateKey.generate()
CLAIMS: dict[str, Any] = {"iss": ISSUER, "sub": "somebody", "aud": CLIENT, "nonce": NONCE, "iat": AT, "exp": AT + 300}


def public(key: EllipticCurvePrivateKey, **more: Any) -> dict[str, Any]:
    return {**json.loads(ECAlgorithm.to_jwk(key.public_key())), **more}


KEYS = [public(KEY, kid="k", use="sig"), public(OTHER, kid="o")]


def signed(**bent: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **bent}.items() if value is not ...}
    return jwt.encode(claims, KEY, algorithm="ES256", headers={"kid": "k"})


def read(token: str, keys: list[Any] = KEYS, *, now: datetime = NOW) -> str:
    return subject_of(token, keys={"keys": keys}, issuer=ISSUER, client=CLIENT, nonce=NONCE, now=now)


def refused(words: str, token: str, keys: list[Any] = KEYS) -> None:
    with pytest.raises(IdTokenError) as caught:
        read(token, keys)
    assert (caught.value.code, words in str(caught.value)) == ("SC-ID-TOKEN", True)


@pytest.mark.parametrize(
    "bent",
    [
        {},
        {"aud": [CLIENT]},
        {"azp": CLIENT},
        {"iat": AT - 599},
        {"iat": AT + 59},
        {"iat": AT - 0.5},
        {"exp": AT + 1},
        {"exp": AT + 0.5},
        {"sub": "s"},
        {"nbf": AT + 10**10},
        {"jti": 7},
    ],
)
def test_what_is_just_right_is_taken(bent: dict[str, Any]) -> None:
    assert read(signed(**bent)) == {**CLAIMS, **bent}["sub"]


def test_a_subject_has_a_length() -> None:
    assert read(signed(sub="s" * 255)) == "s" * 255
    for wrong in ("", "s" * 256, 7, ["somebody"], "\ud800", "m\xfcller", "a\x00b"):
        refused("It names nobody.", unchecked(sub=wrong))


def unchecked(**bent: Any) -> str:
    """Return a token that the library, which looks at some types, would not have made."""
    said = json.dumps({**CLAIMS, **bent}).encode()
    return jwt.api_jws.encode(said, KEY, algorithm="ES256", headers={"kid": "k"})


@pytest.mark.parametrize(
    ("bent", "words"),
    [
        ({"iss": "https://other.example"}, "Another provider made it."),
        ({"iss": [ISSUER]}, "Another provider made it."),
        ({"aud": "d"}, "It was made for another program."),
        ({"aud": [CLIENT, "d"]}, "It was made for another program."),
        ({"aud": []}, "It was made for another program."),
        ({"azp": "d"}, "It was made for another program."),
        ({"azp": None}, "It was made for another program."),
        ({"nonce": "m"}, "It answers another signing in."),
        ({"nonce": 7}, "It answers another signing in."),
        ({"nonce": "\ud800"}, "It answers another signing in."),
        ({"iat": True}, "It does not say when it was made."),
        ({"exp": True}, "It does not say when it was made."),
        ({"iat": str(AT)}, "It does not say when it was made."),
        ({"exp": "9"}, "It does not say when it was made."),
        ({"iat": AT - 600}, "It has ended, or it is not of now."),
        ({"iat": AT + 60}, "It has ended, or it is not of now."),
        ({"exp": AT}, "It has ended, or it is not of now."),
        ({"iat": float("nan")}, "It has ended, or it is not of now."),
        ({"exp": float("nan")}, "It has ended, or it is not of now."),
    ],
)
def test_what_is_just_wrong_is_refused(bent: dict[str, Any], words: str) -> None:
    refused(words, unchecked(**bent))


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_no_claim_may_be_missing(name: str) -> None:
    refused("Its signature or its form does not hold.", signed(**{name: ...}))


def test_the_longest_token_is_read_and_one_byte_more_is_not() -> None:
    def of(length: int) -> str:
        return signed(sub="s", more="m" * length)

    fits = next(one for one in range(MOST_TOKEN_BYTES * 3 // 4, 0, -1) if len(of(one)) <= MOST_TOKEN_BYTES)
    whole = of(fits)
    assert read(whole.ljust(MOST_TOKEN_BYTES, "=")[: len(whole)]) == "s"
    refused("The token is too long.", of(fits + 3))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384", ""])
def test_another_algorithm_is_not_taken(algorithm: str) -> None:
    head, _, rest = signed().partition(".")
    del head
    header = jwt.utils.base64url_encode(json.dumps({"alg": algorithm, "kid": "k"}).encode()).decode()
    with pytest.raises(IdTokenError) as caught:
        read(f"{header}.{rest}")
    assert "It is signed in a way that we do not take." in str(caught.value)


def test_the_algorithm_must_fit_the_key() -> None:
    ours = {**json.loads(OKPAlgorithm.to_jwk(EDWARDS.public_key())), "kid": "k"}
    told = jwt.encode(CLAIMS, EDWARDS, algorithm="EdDSA", headers={"kid": "k"})
    assert read(told, [ours]) == "somebody"
    refused("Its signature or its form does not hold.", told, KEYS)
    refused("Its signature or its form does not hold.", signed(), [ours])


NO_SUCH = "The provider's key set holds no such key."


def test_one_key_signs_and_it_is_the_named_one() -> None:
    assert read(signed(), [public(KEY, kid="k")]) == "somebody"
    refused("Its signature or its form does not hold.", signed(), [public(OTHER, kid="k")])
    refused(NO_SUCH, signed(), [public(KEY, kid="o")])
    refused(NO_SUCH, signed(), [public(KEY, kid="k", use="enc")])
    refused(NO_SUCH, signed(), [public(KEY, kid="k"), public(OTHER, kid="k")])
    refused(NO_SUCH, signed(), [])
    assert read(signed(), ["k", 7, *KEYS]) == "somebody"


def test_a_token_that_names_no_key_needs_the_only_one() -> None:
    unnamed = jwt.encode(CLAIMS, KEY, algorithm="ES256")
    assert read(unnamed, [public(KEY, kid="k"), public(OTHER, use="enc")]) == "somebody"
    refused(NO_SUCH, unnamed)


def test_only_the_first_keys_are_looked_at() -> None:
    others = [{"kid": str(one)} for one in range(MOST_KEYS)]
    assert read(signed(), [*others[1:], KEYS[0]]) == "somebody"
    refused(NO_SUCH, signed(), [*others, KEYS[0]])


def test_the_sizes_and_algorithms_are_these() -> None:
    """An allowance is a decision: whoever changes one changes it here too."""
    assert (id_token.MOST_KEYS, id_token.MOST_TOKEN_BYTES, id_token.MOST_SUBJECT_CHARACTERS) == (64, 16384, 255)
    assert sorted(id_token.ALGORITHMS) == ["ES256", "EdDSA", "PS256", "RS256"]
    assert (id_token.NEWEST.total_seconds(), id_token.OLDEST.total_seconds()) == (60, 600)
