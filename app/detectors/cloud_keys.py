"""Keys of the large clouds that no opening tells, by the words beside them: Amazon's secrets, Azure's shared keys."""

import re

from app.core.finding import Detector, Judged, Pattern
from app.detectors.randomness import entropy, filler, placeholder

_BASE64 = "[A-Za-z0-9/+]"


def _known(value: str, pattern: Pattern) -> Judged | None:
    """Accept a published name and length, even when the body is an example's."""
    return None if filler(value[-16:]) or placeholder(value) else Judged(pattern.entity, pattern.score)


def _secret(value: str, pattern: Pattern) -> Judged | None:
    mixed = re.search("[a-z]", value) and re.search("[A-Z]", value) and re.search("[0-9]", value)
    return Judged(pattern.entity, pattern.score) if mixed and entropy(value) >= 4.0 else None  # noqa: PLR2004 - bits; paths have less


AWS_SECRET = Detector(
    name="aws_secret_key",
    version=1,
    patterns=(
        Pattern(
            r"(?i:aws[a-z_.\-]*secret[a-z_.\-]*|secret_?access_?key|aws[a-z_.\-]*key)"
            rf"""[\\"'\]]{{0,4}}\s?(?:[:=,>]|=>|\s)[\s>]?[\\"']{{0,3}}({_BASE64}{{40}})(?:$|[^A-Za-z0-9/+=])""",
            "AWS_SECRET_KEY",
            0.95,
            1,
        ),
        # The word stands in the pattern: a bare run of base64 would make the prefilter count along every long word.
        Pattern(
            rf"(?i:aws|amazon|secret|(?:AKIA|ASIA)[0-9A-Z]{{16}})(?s:.{{0,60}}?)(?:\\[nrt]|[^A-Za-z0-9/+])({_BASE64}{{40}})(?:$|[^A-Za-z0-9/+=])",
            "AWS_SECRET_KEY",
            0.6,
            1,
        ),
    ),
    judge=_secret,
    identity=str,
    examples=(
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        'AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
        '{"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}',
        "my aws secret is wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY thanks",
        "secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',",
        r"{\"aws_secret_key\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"}",
    ),
    counterexamples=(
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws secret da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= integrity",
        "aws src/components/dashboard/widgets/chart/in",
        "aws_secret_access_key: ${AWS_SECRET_ACCESS_KEY}",
    ),
)

AZURE = Detector(
    name="azure_key",
    version=1,
    patterns=(
        Pattern(rf"(?i:(?:AccountKey|SharedAccessKey|SharedSecret)\s?=\s?)({_BASE64}{{40,88}}={{0,2}})", "AZURE_KEY", 0.95, 1),
        Pattern(rf"(?i:azure|cosmos|storage|account)(?s:.{{0,60}}?)[^A-Za-z0-9/+]({_BASE64}{{86}}==)", "AZURE_KEY", 0.6, 1),
        Pattern(r"[?&]sv=[0-9\-]{10}&[^\s\"'<>]{0,400}?sig=([A-Za-z0-9%+/]{40,80}(?:%3[Dd]|=)?)", "AZURE_KEY", 0.9, 1),
    ),
    judge=_known,
    identity=str,
    examples=(
        "DefaultEndpointsProtocol=https;AccountName=demo;AccountKey=" + "Ab1/" * 21 + "Xy==;EndpointSuffix=core.windows.net",
        "azure storage: " + "Ab1+" * 21 + "Xy==",
        "queue: SharedSecret = " + "Cd2+" * 10 + "Xyz=",
        "Endpoint=sb://demo.example/;SharedAccessKeyName=root;SharedAccessKey=" + "Ab1+" * 10 + "Xyz=",
        "https://demo.blob.example/c?sv=2022-11-02&ss=b&srt=o&sp=r&sig=" + "Ab1d" * 10 + "Abc%3D",
        "cosmos key " + "Zz9/" * 21 + "Qw==",
    ),
    counterexamples=(
        "AccountKey=<your-account-key>",
        "AccountKey=${AZURE_KEY}",
        "sha512-" + "Ab1+" * 21 + "Xy==",
        "AccountKey=" + "x" * 60,
        "?sv=2022-11-02&sig=...",
        "SharedAccessKeyName=RootManageSharedAccessKey",
    ),
)
