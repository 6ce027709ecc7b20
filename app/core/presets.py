"""Policies to begin with: whole documents by name, each with the sentence that says whom it is for."""

from typing import Any, Final, NamedTuple


class Preset(NamedTuple):
    """A document and whom it is for."""

    about: str
    document: dict[str, Any]


_SECRETS: Final = [
    "AWS_*", "GCP_API_KEY", "AZURE_KEY", "GITHUB_TOKEN", "GITLAB_TOKEN", "SLACK_TOKEN", "STRIPE_KEY", "OPENAI_KEY", "ANTHROPIC_KEY",
    "API_KEY", "PRIVATE_KEY", "JWT", "PASSWORD",
]  # fmt: skip

PRESETS: Final[dict[str, Preset]] = {
    "default": Preset(
        "secrets and personal data become surrogates and come back, what is ordinary is reported, nothing is blocked",
        {"version": 1},
    ),
    "coding": Preset(
        "for coding agents: examples and addresses of machines stay, so that code and logs keep their meaning; secrets never leave",
        {
            "version": 1,
            "rules": [
                {"entities": _SECRETS, "action": "transform", "threshold": 0.5},
                {"entities": ["IP_ADDRESS"], "where": {"role": ["tool"]}, "action": "allow", "reason": "logs and configuration"},
                {"entities": ["PHONE_NUMBER"], "action": "transform", "threshold": 0.7, "reason": "numbers in code look like numbers"},
            ],
            "caller_may": ["allow:EMAIL_ADDRESS", "allow:IP_ADDRESS"],
            "reserved": "allow",
            "hygiene": {"identifiers": "pseudonymise"},
        },
    ),
    "strict": Preset(
        "secrets block, payment and national numbers never come back, the rest becomes surrogates at lower scores",
        {
            "version": 1,
            "defaults": {"threshold": 0.35},
            "rules": [
                {"entities": _SECRETS, "action": "block", "threshold": 0.5, "reason": "remove the secret, and rotate it if it was real"},
                {"entities": ["CREDIT_CARD", "IBAN_CODE", "US_SSN"], "action": "transform", "with": "redact"},
                {"entities": ["IP_ADDRESS_PRIVATE"], "action": "transform"},
            ],
            "hygiene": {"identifiers": "pseudonymise"},
        },
    ),
    "monitor-first": Preset(
        "to begin with: nothing is changed, everything is counted; then read `hushgate audit list` and switch to another",
        {"version": 1, "mode": "monitor"},
    ),
}
