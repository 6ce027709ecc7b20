"""JSON web tokens (RFC 7519): base64url parts whose first decodes to a JSON object with an algorithm."""

import base64
import binascii
import json
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import LEFT

# How long a signature is by its algorithm (RFC 7518, RFC 8037), in base64url; of RSA, for the usual keys.
_RSA: Final = frozenset({342, 512, 683})
_SIGNATURES: Final = {
    "none": frozenset({0}),
    **{f"HS{bits}": frozenset({size}) for bits, size in ((256, 43), (384, 64), (512, 86))},
    **{f"ES{bits}": frozenset({size}) for bits, size in ((256, 86), (384, 128), (512, 176))},
    **{f"{kind}{bits}": _RSA for kind in ("RS", "PS") for bits in (256, 384, 512)},
    "EdDSA": frozenset({86, 152}),
}


def _check(value: str, pattern: Pattern) -> Judged | None:
    header = value.partition(".")[0]
    try:
        fields = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    algorithm = fields.get("alg") if isinstance(fields, dict) else None
    if not isinstance(algorithm, str):
        return None
    # What a line's end cuts off is a token, too: only a signature of its full length says that nothing is missing.
    return Judged(pattern.entity, 1.0, checked=len(value.rpartition(".")[2]) in _SIGNATURES.get(algorithm, ()))


JSON_WEB_TOKEN = Detector(
    name="jwt",
    version=2,
    patterns=(
        Pattern(
            rf"{LEFT}(ey[A-Za-z][A-Za-z0-9_\-]{{7,}}\.[A-Za-z0-9_\-]{{2,}}\.[A-Za-z0-9_\-]*(?:\.[A-Za-z0-9_\-]+){{0,2}})", "JWT", 0.9, 1
        ),
    ),
    judge=_check,
    identity=str,
    examples=(
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        '{"token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"}',
        "cookie=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl; Path=/",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.AA.aXY.Y2lwaGVy.dGFn",
    ),
    counterexamples=(
        "eyJhbGciOi...",
        "eyebrow.something.other",
        "eyeglasses1.example.com",
        "eyJmb28iOiJiYXIifQ.eyJzdWIiOiIxIn0.c2ln",
        "keyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "eyJ0eXAi.eyJ.x",
    ),
)
