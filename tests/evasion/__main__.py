"""`python -m tests.evasion --write`: measure and write docs/evasion.md; without the flag, print it."""

import argparse

from tests.evasion.matrix import PAGE, text

parser = argparse.ArgumentParser(prog="python -m tests.evasion")
parser.add_argument("--write", action="store_true", help="write docs/evasion.md")
if parser.parse_args().write:
    PAGE.write_text(text(), encoding="utf-8")
else:
    print(text(), end="")
