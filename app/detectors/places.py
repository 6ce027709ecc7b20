"""Offsets in UTF-8 bytes, as RE2 counts, become indices of the text."""

from collections.abc import Callable


def places(data: bytes, text: str) -> Callable[[int], int]:
    """Return what maps byte offsets, asked in about their order, to indices of `text`."""
    if len(data) == len(text):
        return lambda offset: offset
    known = [0, 0]

    def place(offset: int) -> int:
        byte, index = known
        index += len(data[byte:offset].decode()) if offset >= byte else -len(data[offset:byte].decode())
        known[:] = [offset, index]
        return index

    return place
