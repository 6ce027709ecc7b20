"""`python -m app` is the command `hushgate`."""

from app.cli import main

if __name__ == "__main__":
    main()
