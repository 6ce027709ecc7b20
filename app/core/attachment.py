"""What a policy says of the files of a request, and of addresses from which a provider would fetch one."""

import re
from typing import Final
from urllib.parse import urlsplit

from app.core.policy_document import PolicyDocument
from app.core.segment import Segment
from app.errors import AttachmentRefused

_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def admit(segment: Segment, document: PolicyDocument) -> None:
    """Let a file pass.

    Raises AttachmentRefused for a remote address at a host that the policy does not list, and for any other file unless the policy
    passes attachments uninspected.
    """
    if _REMOTE.match(segment.text):
        if _host(segment.text) not in {host.lower() for host in document.sinks.hosts}:
            raise AttachmentRefused(
                "the request carries a remote URL that the provider would fetch",
                where=segment.where,
                hint="Send the content itself, or list its host in the policy under `sinks: hosts`",
            )
        return
    if document.attachments != "pass":
        raise AttachmentRefused(
            f"the request carries {_file_type(segment.text)}, which nothing inspects yet",
            where=segment.where,
            hint="Remove it, or pass attachments uninspected with the policy line `attachments: pass`",
        )


def _host(address: str) -> str:
    """Return the host of a web address, nothing where another could be read: user names, odd characters, other schemes."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme.lower() in {"http", "https"} and "@" not in parts.netloc and "\\" not in address and address.isprintable()
        return (parts.hostname or "").lower() if plain and not any(c.isspace() for c in address) else ""
    except ValueError:
        return ""


def _file_type(text: str) -> str:
    if text.startswith("data:"):
        return f"a file of type {text[5:].partition(';')[0].partition(',')[0][:60] or 'unknown'}"
    return "a file"
