"""How the tests ask for a refusal."""

from collections.abc import Callable

import pytest

from safeconduct.core.base.errors import SafeconductError


def code_of(act: Callable[[], object]) -> str:
    """Return the code with which ``act`` is refused."""
    with pytest.raises(SafeconductError) as refused:
        act()
    return refused.value.code
