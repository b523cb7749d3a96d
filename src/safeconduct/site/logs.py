"""Log lines as JSON on standard error: what happened and ids, never a message's words or a traceback's values."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, logger, place, error class, incident."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a record's own text is left out, since a library may have put a person into it."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "place": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        for name in ("incident", "task", "event"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        return json.dumps(line)
