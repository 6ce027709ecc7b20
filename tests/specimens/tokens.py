"""Keys and tokens with a published shape."""

from random import Random
from typing import Final

from tests.specimens import Specimen

_ALPHANUMERIC: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _some(source: Random, count: int, alphabet: str = _ALPHANUMERIC) -> str:
    return "".join(source.choices(alphabet, k=count))


SPECIMENS: Final = (
    Specimen(
        "AWS access key id",
        "AWS_ACCESS_KEY",
        "`AKIA` and 16 of A-Z, 2-7 (AWS IAM, identifiers)",
        lambda source: "AKIA" + _some(source, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        lambda source: "AKIA" + _some(source, 14, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        check="prefix, length, alphabet",
    ),
    Specimen(
        "GitLab personal access token",
        "GITLAB_TOKEN",
        "`glpat-` and 20 of A-Z, a-z, 0-9, `-`, `_` (GitLab, token overview)",
        lambda source: "glpat-" + _some(source, 20),
        lambda source: "glpat-" + _some(source, 9),
        check="prefix, length, alphabet",
    ),
)
