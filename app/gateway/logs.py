"""Logs: one event, one JSON line, no values."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One event, one JSON line. Tracebacks are left out: frames may hold text; the type and the message do not."""

    def format(self, record: logging.LogRecord) -> str:
        """Render."""
        event = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": record.levelname.lower(), "logger": record.name}
        event["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            event["error"] = record.exc_info[0].__name__
        return json.dumps(event)


def configure_logging(level: str) -> None:
    """Send JSON lines to stderr and quiet libraries that would print addresses or parameters."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "uvicorn.access", "alembic", "sqlalchemy", "asyncio", "uvicorn.error", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
