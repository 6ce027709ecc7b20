"""Admin operations: permission, SQL, audit record and notice of the change in one transaction. Used by api and web."""

from app.control.actor import INSTALLATION
from app.control.change import Control

__all__ = ["INSTALLATION", "Control"]
