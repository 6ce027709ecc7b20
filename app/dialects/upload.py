"""A file in a form, wherever a provider takes one."""

from typing import Final

from app.core.table import Kind, Table

# Its name, and what it holds, or that nobody here can read it.
UPLOADED: Final = Table(
    {
        "filename": Kind.TEXT,
        "ending": Kind.FUNCTIONAL,
        "type": Kind.FUNCTIONAL,
        "content": Kind.FREE,
        "lines": Kind.ENUM,
        "data": Kind.FILE,
    },
)
