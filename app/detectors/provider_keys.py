"""Keys and tokens of services that publish a prefix, one table; and those that only an assignment or a header names."""

import base64
import binascii
import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import LEFT, RIGHT
from app.detectors.randomness import filler, placeholder, random

_WORD: Final = r"[A-Za-z0-9_\-]"
_PREFIXED: Final = (
    ("GITHUB_TOKEN", r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"),
    ("GITLAB_TOKEN", rf"(?:glpat|gldt|glrt|glcbt|glptt|glft|glsoat|glimt|glagent)-{_WORD}{{18,}}(?:\.[0-9a-z]{{2,}})*"),
    ("SLACK_TOKEN", rf"xox[abceoprs]-{_WORD}{{10,}}|xoxe\.xox[bp]-{_WORD}{{10,}}|xapp-\d-{_WORD}{{10,}}"),
    ("SLACK_TOKEN", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]+/[A-Za-z0-9/]{10,}"),
    ("STRIPE_KEY", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{20,}={0,2}"),
    ("ANTHROPIC_KEY", rf"sk-ant-{_WORD}{{16,}}"),
    ("OPENAI_KEY", rf"sk-(?:proj|svcacct|admin|None)-{_WORD}{{16,}}|sk-[A-Za-z0-9]{{20,}}|sess-[A-Za-z0-9]{{40}}"),
    # One shape, many services: a prefix and a long tail.
    (
        "API_KEY",
        (
            r"(?:hf_|npm_|gsk_|r8_|ntn_|nfp_|figd_|sbp_|pcsk_|lin_api_|rubygems_|cio[a-z]|dckr_pat_|pscale_(?:tkn|pw|oauth)_|shp(?:at|ca|pa|ss)_"
            r"|glsa_|sntry[su]_|tfp_|fio-u-|EAAA|ATATT3|lsv2_(?:pt|sk)_|secret_[A-Za-z0-9]{4}|do[por]_v1_|sq0(?:atp|csp)-|fo1_|vercel_|ops_eyJ)"
            rf"{_WORD}{{24,}}=?"
        ),
    ),
    (
        "API_KEY",
        (
            r"(?:xai-|pplx-|sk-or-v1-|nvapi-|tskey-[a-z]+-|xkeysib-|NRAK-|PMAK-|HRKU-|hv[sb]\.|dp\.(?:pt|st|ct|sa)\.|AGE-SECRET-KEY-1|pypi-A|rnd_|pul-)"
            rf"{_WORD}{{20,}}"
        ),
    ),
    ("API_KEY", r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"),
    ("API_KEY", r"dapi[0-9a-f]{32}(?:-\d)?|key-[0-9a-f]{32}|SK[0-9a-f]{32}"),
    ("API_KEY", r"\d{8,10}:AA[A-Za-z0-9_\-]{30,}"),  # Telegram
    ("API_KEY", r"[MNO][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,}"),  # Discord
    ("API_KEY", r"https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api/webhooks/\d{15,}/[A-Za-z0-9_\-]{30,}"),
    ("API_KEY", r"hga?_[A-Za-z0-9]{4,}_[A-Za-z0-9_\-]{16,}"),  # Hushgate's own
)


def _body(value: str, pattern: Pattern) -> Judged | None:
    """Accept a published prefix; turn away only filler and identifiers (no digit, no capital within)."""
    tail = re.sub(r"^[A-Za-z0-9]+[_\-.:]", "", value)
    if filler(tail) or placeholder(tail) or re.fullmatch(r"[a-z]+(?:[_\-][a-z]+)*", tail):
        return None
    return Judged(pattern.entity, pattern.score)


PROVIDER = Detector(
    name="provider_key",
    version=1,
    patterns=tuple(Pattern(f"{LEFT}({regex}){RIGHT}", entity, 0.95, 1) for entity, regex in _PREFIXED),
    judge=_body,
    identity=str,
    examples=(
        "ghp_Example0Example0Example0Example01234",
        "https://github_pat_11EXAMPLE0example0example_0example0example0@github.com/a/b",
        "glpat-Example0Example0Exam",
        "xoxb-123456789012-123456789012-Example0Example0",
        "https://hooks.slack.com/services/T00000000/B00000000/Example0Example0Example0",
        "stripe.api_key = 'sk_test_Example0Example0Example0'",
        "whsec_Example0Example0Example0Example0",
        "sk-ant-api03-Example0Example0Example0-Example0AA",
        "sk-proj-Example0Example0Example0Example0",
        "OPENAI_API_KEY=sk-Example0Example0T3BlbkFJExample0Example0",
        "hf_Example0Example0Example0Example012",
        "//registry.npmjs.org/:_authToken=npm_Example0Example0Example0Example01234",
        "pypi-AgEIcHlwaS5vcmcExample0Example0Example0",
        "SG.Example0Example0Example.Example0Example0Example0Example0Example0Exa",
        "dop_v1_" + "0123456789abcdef" * 4,
        "bot 123456789:AAExample0Example0Example0Example0Exa",
        "dapi0123456789abcdef0123456789abcdef",
        "shpat_0123456789abcdef0123456789abcdef",
        "hg_4k7q2m_Example0Example0Example0",
        "key-0123456789abcdef0123456789abcdef",
    ),
    counterexamples=(
        "sk-ant-...",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-api-key-here",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_[A-Za-z0-9]{36}",
        "hf_hub_download_with_progress_bar_and_retry",
        "key-value pairs and sk-learn and task-force-one-two-three",
        "npm_config_registry_and_other_settings_of_mine",
        "sha512-Example0Example0Example0Example0==",
        "hg_default_value",
        "secret_manager_service_account_name_for_prod",
        "ski-0123456789abcdef0123456789abcdef",
    ),
)

_NAMES: Final = (
    r"(?:api|access|auth|app|application|account|service|client|consumer|secret|private|signing|encryption|session|refresh|bearer|bot|master|admin|deploy"
    r"|webhook|license|subscription|personal[_ \-]access|id|x)?[_ .\-]?"
    r"(?:api[_ .\-]?key|apikey|access[_ .\-]?key|secret[_ .\-]?key|auth[_ .\-]?key|private[_ .\-]?key|signing[_ .\-]?key|encryption[_ .\-]?key|token|client[_ .\-]?secret|app[_ .\-]?secret"
    r"|webhook[_ .\-]?secret|credential)s?"
)
_ASSIGNS: Final = r"""[\\"'`\]]{0,4}(?:\s?(?:=>|:=|==?|:)\s?|\s(?:is|was)[\s:]{1,2}|,\s?)[\\"'`]{0,3}"""
_VALUE: Final = r"([A-Za-z0-9_\-+/.~]{16,}={0,2})"


def _assigned(value: str, pattern: Pattern) -> Judged | None:
    return Judged(pattern.entity, pattern.score) if random(value.rstrip("="), 3.2) else None


ASSIGNED = Detector(
    name="assigned_key",
    version=1,
    patterns=(
        Pattern(rf"(?i:{_NAMES}){_ASSIGNS}{_VALUE}(?:$|[^A-Za-z0-9(\[])", "API_KEY", 0.7, 1),
        Pattern(rf"(?i:--(?:api-key|token|access-token|auth-token|secret))[ =][\"']?{_VALUE}", "API_KEY", 0.7, 1),
        Pattern(r"(?i:\b(?:bearer|token|apikey))\s{1,3}([A-Za-z0-9_\-+/.~]{16,}={0,2})(?:$|[^A-Za-z0-9(\[])", "API_KEY", 0.7, 1),
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
        "https://api.example.com/v1?token=Zk3Lr9Qw7Xc5Vb1Nm8As&x=1",
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
