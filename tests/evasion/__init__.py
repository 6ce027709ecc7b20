"""Evasion as data: fresh values of every sort that matters most, every way to disguise one, and how much of them is found."""
