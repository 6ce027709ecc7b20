"""Where the private Postgres of a home lives, and as whom it runs."""

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.errors import SetupError
from app.store.binaries import ELSEWHERE

ROOT_PLACES = Path("/var/lib/hushgate")  # PostgreSQL refuses to run as root, and `nobody` cannot enter /root


@dataclass(frozen=True)
class Site:
    """The folders of a home's server and its user; `switch`: another user than ours, because we are root."""

    home: Path
    place: Path
    uid: int
    gid: int
    switch: bool

    @classmethod
    def of(cls, home: Path) -> "Site":
        """Find the site of `home` without touching it. Raises SetupError where PostgreSQL cannot run as this user."""
        root = os.geteuid() == 0
        try:
            user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        except KeyError:
            who = "`nobody`, as whom root runs it," if root else f"number {os.geteuid()}"
            hint = "Set HUSHGATE_DATABASE_URL to a PostgreSQL server, or run as a user that /etc/passwd names"
            raise SetupError(f"The private Postgres cannot run: user {who} has no passwd entry", hint=hint) from None
        return cls(home.expanduser().resolve(), place(home), user.pw_uid, user.pw_gid, switch=root)

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.place / "data"

    @property
    def log(self) -> Path:
        """What the programs print. Outside `data`, so that root never writes where `nobody` could lay a link."""
        return self.place / "server.log"

    @property
    def password(self) -> Path:
        """The file with the superuser's password."""
        return self.home / "postgres.password"

    @property
    def run_prefix(self) -> str:
        """How the names of this home's folders among other people's begin."""
        return f"hushgate-{_digest(self.home)}-"

    def settle(self) -> None:
        """Make the folders."""
        self.home.mkdir(0o700, parents=True, exist_ok=True)
        if self.switch:  # `nobody` must be able to pass through, and to write in none but its own folders
            for folder in (self.place.parent, self.place):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o755)
        else:
            self.place.mkdir(0o700, exist_ok=True)

    def give(self, path: Path) -> None:
        """Hand `path` to the user that the server runs as."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def place(home: Path) -> Path:
    """Return the folder with the database, log and programs of `home`: beneath it, or for root beneath /var/lib."""
    home = home.expanduser().resolve()
    return ROOT_PLACES / _digest(home) if os.geteuid() == 0 else home / "postgres"


def full(folder: Path) -> SetupError:
    """Build the error that says that `folder` has no room left."""
    return SetupError(f"There is too little free space in {folder}", hint=f"Free at least 200 MB there. {ELSEWHERE}")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one piece."""
    new = path.with_name(f"{path.name}.part")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear(path: Path) -> None:
    """Remove whatever is at `path`, following no link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
