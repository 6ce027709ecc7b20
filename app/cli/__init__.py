"""The command `hushgate`: a client of the admin API, an offline inspector, and the starter of the gateway."""

import sys


def main() -> None:
    """Run the command. Whatever goes wrong ends in one line and exit status 1, never in a traceback that may hold values."""
    from app.cli.root import root  # noqa: PLC0415 - importing the package must stay cheap

    try:
        root()
    except Exception as error:  # noqa: BLE001 - see above
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" in {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        sys.stderr.write(f"hushgate: an internal error ({type(error).__name__}{place}). This is a fault of Hushgate: please report it\n")
        sys.exit(1)
