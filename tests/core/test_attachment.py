import pytest

from app.core.attachment import admit
from app.core.policy import read_policy
from app.core.segment import Segment
from app.core.table import Kind
from app.errors import AttachmentRefused

LISTED = {"version": 1, "sinks": {"hosts": ["files.example"]}}


def segment(text: str) -> Segment:
    return Segment(text, Kind.FILE, (None, "url"))


@pytest.mark.parametrize("text", ["data:image/png;base64,AAAA", "file-secret", "file"])
def test_attachments_are_refused_unless_passed(text: str) -> None:
    with pytest.raises(AttachmentRefused, match="attachments: pass") as caught:
        admit(segment(text), read_policy({"version": 1}))
    assert "secret" not in str(caught.value)
    admit(segment(text), read_policy({"version": 1, "attachments": "pass"}))


@pytest.mark.parametrize("text", ["https://files.example/a.png", "HTTP://FILES.EXAMPLE/x?y=z", "https://files.example:8443/"])
def test_an_address_passes_where_the_policy_lists_its_host(text: str) -> None:
    admit(segment(text), read_policy(LISTED))
    for document in ({"version": 1}, {"version": 1, "attachments": "pass"}):
        with pytest.raises(AttachmentRefused, match="remote URL"):
            admit(segment(text), read_policy(document))


@pytest.mark.parametrize(
    "text",
    ["https://x.example/secret.png", "https://files.example.evil/a", "https://files.example@evil/", "https://evil\\\\@files.example/",
     "ftp://files.example/a", "https://evil/#files.example", "https://[::1", "https://files.example /x", "gs://files.example/x"],
)  # fmt: skip
def test_no_other_address_looks_like_a_listed_host(text: str) -> None:
    with pytest.raises(AttachmentRefused, match="remote URL") as caught:
        admit(segment(text), read_policy({**LISTED, "attachments": "pass"}))
    assert "secret" not in str(caught.value)
