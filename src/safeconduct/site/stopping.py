"""How a process of ours ends when its disk failed: at once, with status 70, whoever waits for an answer."""

import logging
import os
from typing import NoReturn

from safeconduct.core.base.disk import STORAGE_FAILED_STATUS, StorageFailedError

LOGGER = logging.getLogger("safeconduct.site")


def stop() -> NoReturn:
    """End this process; what it was about to acknowledge did not happen."""
    try:
        LOGGER.critical("The disk failed; this process stops.", extra={"event": StorageFailedError.code})
    finally:
        os._exit(STORAGE_FAILED_STATUS)
