"""Detectors that wait, crash or call somebody: a module for HUSHGATE_DETECTORS. It prints while it loads, as some do."""

import os
import socket
import time

from app.core.finding import Detector

print("hello from the finders", flush=True)


def _connect():
    with socket.create_connection(("127.0.0.1", 9), 1):
        pass


def _send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        plain.sendto(b"x", ("127.0.0.1", 9))


DEEDS = {
    "WAIT": lambda: time.sleep(0.2),
    "CRASH": lambda: os._exit(9),
    "CONNECT": _connect,
    "RESOLVE": lambda: socket.getaddrinfo("localhost", 80),
    "SENDTO": _send,
}


def _find(text):
    for word, deed in DEEDS.items():
        if text.startswith(word):
            deed()
    return ()


FINDERS = Detector("finders", 1, find=_find)
