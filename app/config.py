"""Settings: the only reader of the environment. Every field has a `HUSHGATE_*` variable and a `HUSHGATE_*_FILE` variant."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SetupError


class Settings(BaseSettings):
    """The configuration of one process, frozen. Times are seconds, sizes bytes."""

    model_config = SettingsConfigDict(env_prefix="HUSHGATE_", frozen=True, extra="ignore", hide_input_in_errors=True)

    home: Path = Path("~/.hushgate")
    """Where the private server's lock, keys and `first-run.json` live."""
    database_url: SecretStr | None = None
    """An external Postgres (>= 15); without it a private server runs from the packaged binaries."""
    kek: SecretStr | None = None
    """The key-encryption key as base64; without it the file `kek` in the home, created on first run of a private server."""
    kek_file: Path | None = None
    """The file that `HUSHGATE_KEK_FILE` names: it is read again when a key-encryption key is asked for that was not in it."""
    kms_url: str | None = None
    """A HashiCorp Vault or OpenBao whose transit engine holds the key-encryption key, instead of `HUSHGATE_KEK` or a file."""
    kms_key: str = "hushgate"
    """The name of its key."""
    kms_mount: str = "transit"
    """Where its transit engine is mounted."""
    kms_token: SecretStr | None = None
    """Its token; best given as a file, which is read for each request, so that an agent may renew it."""
    kms_token_file: Path | None = None
    """The file that `HUSHGATE_KMS_TOKEN_FILE` names."""
    kms_namespace: str | None = None
    """Its namespace."""
    kms_ca: Path | None = None
    """A file with the certificates that its own is verified against; without it those of the system."""
    kms_timeout: float = 2.0
    """Time that one request to it may take."""
    kms_ttl: float = Field(default=300.0, ge=60, le=300)
    """How long keys that it unwrapped are used without it; once it is away for longer, nothing is sent."""
    admin_key: SecretStr | None = None
    """The admin key that commands send; without it the one in `first-run.json`."""
    admin_url: str | None = None
    """The admin API that commands talk to; without it the one in `first-run.json`."""
    log: str = "info"
    """Log level: debug, info, warning, error."""
    detectors: str = ""
    """Comma-separated Python modules with detectors of your own; they run in the inspection pool under its deadline."""
    max_body: int = 32 * 1024 * 1024
    """Largest request body; larger ones are refused with 413."""
    max_file: int = 2 * 1024 * 1024 * 1024
    """Largest files of a form together; of these, JSON lines are taken up to here, other text up to HUSHGATE_MAX_BODY."""
    max_answer: int = 256 * 1024 * 1024
    """Largest whole answer held for restoring; larger ones end with 502."""
    max_in_flight: int = 512
    """Exchanges a worker carries at once; further ones get 429."""
    inspect_inline: int = 8 * 1024
    """New text of a request up to this many characters is searched for a team's own terms in the event loop, more of it in a thread."""
    inspect_processes: int = 1
    """Inspection processes per worker."""
    inspect_memory: int = 1024 * 1024 * 1024
    """Address space of an inspection process."""
    inspect_deadline: float = 2.0
    """Time one inspection may take, plus 10 ms per 1,000 characters."""
    session_rate: int = 200
    """Events a second that a client may send in a WebSocket session; a faster one is read more slowly."""
    session_idle: float = 600.0
    """Silence of both sides after which a session is closed."""
    session_longest: float = 3600.0
    """Time after which a session is closed whatever happens in it."""
    connect_timeout: float = 10.0
    """Connecting to a provider."""
    read_timeout: float = 600.0
    """Silence of a provider before 504."""
    client_timeout: float = 120.0
    """Silence of a client: while it sends its body, before 408; while it takes nothing of its answer, before it counts as gone."""
    drain: float = 30.0
    """After SIGTERM: time that open exchanges have to end."""
    drain_notice: float = 0.0
    """After SIGTERM: time in which `/readyz` says 503 while requests are still taken, so that load balancers turn away."""
    ledger_timeout: float = 5.0
    """Time an intent may wait for Postgres before 503."""
    durability: Literal["strict", "spool"] = "strict"
    """Without Postgres: `strict` refuses with 503; `spool`, for a single host, writes to its own disk until that is back."""
    spool_limit: int = 256 * 1024 * 1024
    """Largest spool of a process; a full one refuses with 503."""
    checkpoints: Path | None = None
    """The file outside the database that every checkpoint is added to; without it `checkpoints.jsonl` in the home."""
    checkpoint_webhook: SecretStr | None = None
    """An address that every checkpoint is posted to, as lines of JSON; without it none is."""
    witnesses: str = ""
    """Witnesses that cosign the log: `vkey url` for each, with commas between; without any none is asked."""
    otel_endpoint: str | None = None
    """An OpenTelemetry collector (OTLP over HTTP) that gets traces, without content; without it there are none."""
    surrogate_days: int = 30
    """Epoch of surrogates, and lifetime of their originals in the vault after the last use, in days."""

    @property
    def outside(self) -> tuple[Path, str | None]:
        """Where checkpoints go besides the database: the file, and the webhook."""
        webhook = self.checkpoint_webhook.get_secret_value() if self.checkpoint_webhook is not None else None
        return (self.checkpoints or self.home / "checkpoints.jsonl").expanduser().absolute(), webhook

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Read the environment, `*_FILE` variants included. Raises SetupError naming the variable, never its value."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for name in cls.model_fields:
            variable = f"HUSHGATE_{name.upper()}"
            path = environment.get(f"{variable}_FILE")
            if path:
                try:
                    values[name] = Path(path).read_text(encoding="utf-8").strip()
                except OSError as error:
                    raise SetupError(
                        f"{variable}_FILE cannot be read ({error.strerror})", hint="Check the path and its permissions"
                    ) from None
            elif environment.get(variable):
                values[name] = environment[variable]
        try:
            settings = cls(**{**values, **overrides})
        except ValidationError as error:
            field = error.errors(include_input=False, include_url=False)[0]["loc"]
            raise SetupError(f"HUSHGATE_{str(field[0]).upper()} is not valid", hint="See docs/settings.md for its form") from None
        return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
