r"""Private key blocks: whole, cut off before their end, with `\n` escapes inside JSON, with quotes and `+` of source code; PuTTY files too."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern

_FENCE: Final = r"-{4,5}"
_BEGIN: Final = rf"{_FENCE}\s?BEGIN [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?\s?{_FENCE}"
_END: Final = rf"{_FENCE}\s?END[A-Z0-9 ]{{0,60}}{_FENCE}"
_BETWEEN: Final = r"""[\s\\nrt"'+,`|>]"""
# Without an end: as far as lines of base64 go; words of prose are shorter.
_CUT: Final = rf"(?:{_BETWEEN}*(?:(?:Proc-Type|DEK-Info|Version|Comment): ?[^\n\\]*|[A-Za-z0-9+/=]{{16,}}))*"
_ESCAPE: Final = re.compile(r"\\+[nrt]?|[\s\"'+,`|>]|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash):[^\n\\]*")
_RUN: Final = re.compile(r"[A-Za-z0-9/=]{16,}")
_SHORTEST: Final = 4


def _check(value: str, pattern: Pattern) -> Judged | None:
    """Refuse the words alone, as programs name them."""
    body = re.sub(rf"{_BEGIN}|{_END}", "", value)
    plain = _ESCAPE.sub("", body)
    if _RUN.search(body) or (len(plain) >= _SHORTEST and re.fullmatch(r"[A-Za-z0-9/=]+", plain)):
        return Judged(pattern.entity, 1.0, checked=True)
    return None


PRIVATE = Detector(
    name="private_key",
    version=1,
    patterns=(
        Pattern(rf"{_BEGIN}(?:(?:[^-]|-[^-])*{_END}|{_CUT})", "PRIVATE_KEY", 1.0),
        Pattern(r"PuTTY-User-Key-File-\d:[^\x00]{0,400}?Private-Lines: ?\d+(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,})+", "PRIVATE_KEY", 1.0),
    ),
    judge=_check,
    identity=str,
    examples=(
        "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00AA11\n\nMIIEexample0example0\nABCD==\n-----END RSA PRIVATE KEY-----",
        "cut off: -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ",
        r'{"private_key":"-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"}',
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBExample0Example0Example0\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEexample\n-----END EC PRIVATE KEY-----",
        "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPrivate-Lines: 1\nAAAAexample0example0example0",
    ),
    counterexamples=(
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END CERTIFICATE-----",
        'if "-----BEGIN PRIVATE KEY-----" in text:',
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY----- and -----END RSA PRIVATE KEY-----",
        "BEGIN PRIVATE KEY",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ user",
    ),
)
