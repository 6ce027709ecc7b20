"""Admin operations: permission, change and audit record in one transaction."""
