"""`python -m tests.specimens --write`: write docs/entities.md as the tables say; without the flag, print it."""

import argparse

from tests.specimens.page import PAGE, text

parser = argparse.ArgumentParser(prog="python -m tests.specimens")
parser.add_argument("--write", action="store_true", help="write docs/entities.md")
if parser.parse_args().write:
    PAGE.write_text(text(), encoding="utf-8")
else:
    print(text(), end="")
