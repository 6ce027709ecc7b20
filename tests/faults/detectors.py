"""Detectors that fail on a word: a module for HUSHGATE_DETECTORS."""

import os
import sys
import time

from app.core.finding import Detector


def _find(text):
    for word, fault in FAULTS.items():
        if word in text:
            fault(text)
    return ()


def _hang(_text):
    while True:
        time.sleep(1)


def _spin(_text):
    while True:
        pass


def _slow(_text):
    time.sleep(0.3)


def _raise(text):
    raise ValueError(text)


def _exit(text):
    sys.exit(text)  # Python would print it


def _crash(_text):
    os._exit(9)


def _allocate(_text):
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))


def _recurse(text):
    return _recurse(text)


def _interrupt(text):
    raise KeyboardInterrupt(text)


def _noise(text):
    print(text, flush=True)
    print(text, file=sys.stderr, flush=True)


def _gibberish(text):
    return text


FAULTS = {
    "FAULT-hang": _hang,
    "FAULT-spin": _spin,
    "FAULT-slow": _slow,
    "FAULT-raise": _raise,
    "FAULT-exit": _exit,
    "FAULT-crash": _crash,
    "FAULT-memory": _allocate,
    "FAULT-recurse": _recurse,
    "FAULT-interrupt": _interrupt,
    "FAULT-noise": _noise,
}


def _find_wrongly(text):
    return text if "FAULT-gibberish" in text else ()


FAULTY = Detector("faulty", 1, find=_find)
GIBBERISH = Detector("gibberish", 1, find=_find_wrongly)
