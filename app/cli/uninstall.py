"""`hushgate uninstall`: stop the private database and remove what the gateway wrote on this machine."""

from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.output import note
from app.config import Settings
from app.errors import SetupError

_FILES: Final = ("first-run.json", "first-run.json.part", "postgres.password", "postgres.password.part", "postgres.lock", "postgres.users")


def uninstall(*, yes: Annotated[bool, typer.Option("--yes", help="Do it: originals, records and keys are gone for good.")] = False) -> None:
    """Stop the private database and delete it with the keys and the home. An external database is left alone."""
    from app.store import embedded  # noqa: PLC0415 - loads the database driver

    settings = Settings.read()
    home = settings.home.expanduser().resolve()
    external = settings.database_url is not None
    if not yes:
        what = f"{home} and the keys of this gateway" if external else f"{home}, {embedded.place(home)}, and with them every record and key"
        raise SetupError(f"this deletes {what}", hint="Say `hushgate uninstall --yes` if that is what you want")
    if not external:
        embedded.remove(home)
    _sweep(home, keep_kek=external)


def _sweep(home: Path, *, keep_kek: bool) -> None:
    """Delete what is ours by name, never a folder as a whole: HUSHGATE_HOME may have been set to the wrong one."""
    if not home.is_dir():
        note(f"{home} does not exist; nothing is left")
        return
    try:
        for name in _FILES if keep_kek else (*_FILES, "kek"):
            (home / name).unlink(missing_ok=True)
        left = sorted(path.name for path in home.iterdir())
        if not left:
            home.rmdir()
    except OSError as error:
        raise SetupError(f"{home} cannot be emptied ({error.strerror})", hint="Remove it by hand") from None
    if left:
        kek = " Without `kek` the external database cannot be read." if "kek" in left and keep_kek else ""
        note(f"Left in {home}: {', '.join(left)}.{kek}")
    else:
        note(f"Removed {home}")
