import random

from safeconduct.core.base.ids import ALPHABET, new_id, new_reference


def test_references_are_of_the_alphabet_and_do_not_repeat() -> None:
    source = random.Random(7)  # noqa: S311 - a seeded source makes the test repeatable
    references = {new_reference(source.randbytes) for _ in range(5000)}
    assert len(references) == 5000
    assert all(set(reference) <= set(ALPHABET) | {"-"} and len(reference) == 14 for reference in references)


def test_ids_are_128_random_bits() -> None:
    assert new_id(lambda count: b"\xab" * count) == "ab" * 16
