"""`hushgate audit export`: the audit trail into a file, with a progress bar; run again after an interruption it goes on."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from app.cli.output import note
from app.cli.remote import Remote
from app.core import export as lines
from app.core.export import Format
from app.errors import HushgateError, SetupError

_HEAD: Final = 1 << 14  # bytes within which a header says how many leaves there are
_TOTAL: Final = re.compile(rb',"+leaves"+:(\d+)')
_MARKED: Final = re.compile(rb'\{"+leaves"+:(\d+)')
_TIME: Final = "A time such as 2026-11-26 or 2026-11-26T12:00:00Z"
_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; FILE.part until it is whole.", dir_okay=False)],
    *,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.JSONL,
    team: Annotated[str | None, typer.Option(help="Only this team's; empty for the installation's own.")] = None,
    since: Annotated[datetime | None, typer.Option(help=f"Not before. {_TIME}.", formats=_FORMATS)] = None,
    until: Annotated[datetime | None, typer.Option(help=f"Before. {_TIME}.", formats=_FORMATS)] = None,
    client: Annotated[str | None, typer.Option(help="Only this client's.")] = None,
    model: Annotated[str | None, typer.Option(help="Only to this model.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only to this provider.")] = None,
    entity: Annotated[str | None, typer.Option(help="Only with a finding of this entity.")] = None,
    verdict: Annotated[str | None, typer.Option(help="Only with this verdict.")] = None,
    reason: Annotated[
        str | None, typer.Option("--open", metavar="REASON", help="Open what is sealed, for this reason; it is recorded.")
    ] = None,
) -> None:
    """Export records with what proves them, for `hushgate audit verify`. Without a filter it proves that nothing is missing."""
    words = {"team": team, "client": client, "model": model, "provider": provider, "entity": entity, "verdict": verdict, "reason": reason}
    asked: dict[str, Any] = {"format": form.value, **{name: word for name, word in words.items() if word is not None}}
    asked |= {name: _zoned(time) for name, time in (("since", since), ("until", until)) if time is not None}
    part = output.with_name(f"{output.name}.part")
    kept, mark = _resumed(part, form)
    if mark is not None:
        note(f"going on where {part} ends")
    try:
        _write(part, kept, Remote.of_environment().stream("audit/export", asked | ({"mark": mark} if mark is not None else {})))
        part.replace(output)
    except OSError as error:
        raise SetupError(
            f"{part} cannot be written ({error.strerror})", hint="Check the path and the disk, and run the command again"
        ) from None
    except HushgateError as error:
        if mark is not None and error.where == "mark":
            raise SetupError(f"{part} is of another export", hint="Delete it, or give the same options as before") from None
        raise
    note(f"{output} is whole; `hushgate audit verify {output}` checks it")


def _zoned(time: datetime) -> str:
    return (time if time.tzinfo is not None else time.astimezone()).isoformat()


def _resumed(part: Path, form: Format) -> tuple[int, str | None]:
    """Return how many bytes of an interrupted export stand, and the mark they end with."""
    kept, mark, at = 0, None, 0
    try:
        with part.open("rb") as file:
            for line in file:
                at += len(line)
                if line.endswith(b"\n") and line[:8].strip(b'{"').startswith(b"mark"):
                    kept, mark = at, str(lines.read(form, line)[1]["mark"])
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError):
        raise SetupError(f"{part} cannot be gone on with", hint="Delete it and run the command again") from None
    return kept, mark


def _write(part: Path, kept: int, blocks: Iterator[bytes]) -> None:
    part.touch(mode=0o600)
    with part.open("r+b") as file, _progress() as progress:
        file.truncate(kept)
        file.seek(kept)
        last = b""
        for block in blocks:
            file.write(block)
            last = (last + block)[-(1 << 16) :] if len(block) < 1 << 16 else block
            progress(block)
    if not last.rstrip(b"\n").rpartition(b"\n")[2].strip(b'{"').startswith(b"manifest"):
        raise SetupError("the export broke off", hint="Run the same command again: it goes on")


@contextmanager
def _progress() -> Iterator[Callable[[bytes], None]]:
    """Show on a terminal how far it is, by the marks in what comes."""
    if not sys.stderr.isatty():
        yield lambda _block: None
        return
    from rich.console import Console  # noqa: PLC0415 - as elsewhere
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("records", total=None)

        def told(block: bytes) -> None:
            total, marks = _TOTAL.search(block[:_HEAD]), _MARKED.findall(block)
            if total is not None:
                bar.update(task, total=int(total[1]))
            if marks:
                bar.update(task, completed=int(marks[-1]))

        yield told
