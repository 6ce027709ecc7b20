"""Headers of the generated SDKs that several providers share. Listed one by one: a header's name could hold a value, too."""

from typing import Final

HEADERS: Final = tuple(
    f"x-stainless-{name}"
    for name in (
        "arch",
        "async",
        "custom-poll-interval",
        "helper",
        "helper-method",
        "lang",
        "os",
        "package-version",
        "poll-helper",
        "raw-response",
        "read-timeout",
        "retry-count",
        "runtime",
        "runtime-version",
        "stream-helper",
        "timeout",
    )
)
