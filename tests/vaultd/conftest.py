from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vaultd.story import Story, begin, call_rows, subscriber_rows


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A fresh, open vault."""
    made = begin(tmp_path / "instance")
    yield made
    made.vault.close()


@pytest.fixture
def ready(story: Story) -> Story:
    """An open vault with an enrolled officer and imported rows."""
    story.enrol_officer()
    story.import_rows("calls", call_rows())
    story.import_rows("subscribers", subscriber_rows())
    return story
