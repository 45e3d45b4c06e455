"""Limits of a core's parameters, which command lines show; needs no Amaranth."""

MAX_SIZE = (1 << 16) - 1
"""Largest width or height of a frame, in LR pixels."""

MAX_FRAME_TIMEOUT = (1 << 32) - 1
"""Largest ``frame_timeout``: 14 seconds at 300 MHz."""

BEATS = (1, 2, 4, 8, 16)
"""Numbers of HR pixels that an output beat can have."""

INPUT_BEATS = (1, 2, 4)
"""Numbers of LR pixels that an input beat can have."""
