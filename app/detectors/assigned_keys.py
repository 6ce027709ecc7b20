"""Keys and tokens of no known service, by the assignment, the header or the flag that names them."""

import base64
import binascii
import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.randomness import random

_NAMES: Final = (
    r"(?:api|access|auth|app|application|account|service|client|consumer|secret|private|signing|encryption|session|refresh|bearer|bot|master|admin|deploy"
    r"|webhook|license|subscription|personal[_ \-]access|id|x)?[_ .\-]?"
    r"(?:api[_ .\-]?key|apikey|access[_ .\-]?key|secret[_ .\-]?key|auth[_ .\-]?key|private[_ .\-]?key|signing[_ .\-]?key|encryption[_ .\-]?key|token|client[_ .\-]?secret|app[_ .\-]?secret"
    r"|webhook[_ .\-]?secret|credential)s?"
)
_ASSIGNS: Final = r"""[\\"'`\]]{0,4}(?:\s?(?:=>|:=|==?|:)\s?|\s(?:is|was)[\s:]{1,2}|,\s?)[\\"'`]{0,3}"""
_VALUE: Final = r"([A-Za-z0-9_\-+/.~]{16,}={0,2})"


# A key that is only called so, in a sentence; `the cache key is` says of which kind, and is none.
_SAID: Final = Pattern(
    r"(?i:\b(?:the|my|our|your|this|new|use|la|ma|notre|mi|nuestra|der|den|mein|unser|minha|mia|mijn|onze) (?:key|clé|clave|schlüssel|chave|chiave|sleutel)"
    r"(?: (?:is|was|est|es|ist|lautet|é|è):?|:)\s{1,2})[\"'`]?([A-Za-z0-9_\-]{16,}={0,2})(?:$|[^A-Za-z0-9(\[/.+])",
    "API_KEY",
    0.6,
    1,
)
_SHARED: Final = Pattern(
    r"(?i:\b(?:shared|client|webhook|signing|app|api|bot) (?:secret|key|token)(?: (?:for|of|to) (?:the |our |my |this )?[\w.\-]{1,24}){1,2}(?: is| was|:)[\s:]{1,2})"
    r"[\"'`]?([A-Za-z0-9_\-+/.~]{12,}={0,2})(?:$|[^A-Za-z0-9(\[])",
    "API_KEY",
    0.7,
    1,
)


_WORDY: Final = re.compile(
    r"(?:.*[_-])?[A-Za-z]{3,}[_-](?:.*[_-])?[A-Za-z]{3,}(?:[_-].*)?|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)  # a name, or a UUID


def _assigned(value: str, pattern: Pattern) -> Judged | None:
    if pattern is _SAID and _WORDY.fullmatch(value):
        return None
    return Judged(pattern.entity, pattern.score) if random(value.rstrip("="), 3.2) else None


ASSIGNED = Detector(
    name="assigned_key",
    version=2,
    patterns=(
        _SAID,
        _SHARED,
        Pattern(rf"(?i:{_NAMES}){_ASSIGNS}{_VALUE}(?:$|[^A-Za-z0-9(\[])", "API_KEY", 0.7, 1),
        Pattern(rf"(?i:--(?:api-key|token|access-token|auth-token|secret))[ =][\"']?{_VALUE}", "API_KEY", 0.7, 1),
        Pattern(
            r"(?i:\b(?:bearer|token|api ?key|(?:access|auth|secret|private|signing|encryption|license) key|(?:client|app|webhook|api|shared) secret))\s{1,3}([A-Za-z0-9_\-+/.~]{16,}={0,2})(?:$|[^A-Za-z0-9(\[])",
            "API_KEY",
            0.7,
            1,
        ),
        Pattern(r"(?i:[?&](?:key|api_?key|token|access_token|sig|signature|auth)=)([A-Za-z0-9_\-+/.~%]{16,}={0,2})", "API_KEY", 0.7, 1),
    ),
    judge=_assigned,
    identity=str,
    examples=(
        'api_key = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"',
        "Authorization: Bearer 8sJ2kLmQ9vXz4TnW7yRb",
        "X-Api-Key: q7Wn3ZpL0sVtR5xK",
        "token: 4fK9-zQ2m-Lx8P-vR6t-Yw1N",
        '{"accessToken":"Zk3Lr9Qw7Xc5Vb1Nm8As"}',
        "deploy --token=Zk3Lr9Qw7Xc5Vb1Nm8As now",
        "my api key is Zk3Lr9Qw7Xc5Vb1Nm8As thanks",
        "the client secret Zk3Lr9Qw7Xc5Vb1Nm8As was leaked",
        "https://api.example.com/v1?token=Zk3Lr9Qw7Xc5Vb1Nm8As&x=1",
        "the key is 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "la clé est 4f3c2b1a9d8e7f60",
        "The shared secret for the webhook is wh-3kf92jd02lsl",
    ),
    counterexamples=(
        "api_key = os.environ['OPENAI_API_KEY']",
        "token: string",
        "const token = request.headers.authorization2",
        "max_token = max_position_embeddings_v2",
        "apiKey: process.env.MY_SERVICE_API_KEY2",
        'api_key="your-api-key-goes-here-123"',
        "access_token=${ACCESS_TOKEN_1}",
        "Authorization: Bearer <token>",
        "token = tokenizer.convert_ids_to_tokens2(x)",
        "next token is tokenization_utils_base",
        "the cache key is 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "the key is conversation_identifier",
        "the key is logs/2026/01/15/server-17.json",
        "the key is session-cache-2026-prod-eu1",
        "press the key Ctrl+Shift+Alt+F12",
        "new key: 3f2b8c1a-77de-4a2b-9c10-5d2e8f7a6b01",
    ),
)


def _basic(value: str, pattern: Pattern) -> Judged | None:
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return Judged(pattern.entity, pattern.score, checked=True) if ":" in plain and plain.isprintable() else None


BASIC = Detector(
    name="basic_credentials",
    version=1,
    patterns=(Pattern(r"(?i:\bbasic)\s{1,3}([A-Za-z0-9+/]{6,}={0,2})", "PASSWORD", 0.9, 1),),
    judge=_basic,
    identity=str,
    examples=(
        "Authorization: Basic dXNlcjpodW50ZXIy",
        "curl -H 'authorization: basic YWxpY2U6c2VjcmV0'",
        '{"Authorization":"Basic YWRtaW46YWRtaW4="}',
        "Proxy-Authorization: Basic dXNlcjpodW50ZXIy",
        "header Basic Ym9iOmh1bnRlcjI=",
        "BASIC dXNlcjpodW50ZXIy",
    ),
    counterexamples=(
        "basic authentication",
        "Basic understanding of things",
        "Authorization: Basic <credentials>",
        "BASIC programs",
        "Basic abcdefgh",
        "basic123 test",
    ),
)
