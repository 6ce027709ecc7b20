"""The data plane: from a socket to a provider and back."""
