"""Send a picture to the board over its USB serial port, and print the answer.

A picture larger than 320×180 is reduced; with --crop its middle is cut out. A smaller one is shown
in the middle of the screen. If the board refuses the picture, the exit status is 1 and the screen
does not change. The Genesys 2 needs --port.

  python -m boards.ulx3s send photo.jpg
  python -m boards.ulx3s send photo.jpg --crop --port /dev/ttyUSB0
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.extras import optional
from sw.pictures.images import MAX_MPIXEL, colours, read_picture
from sw.progress import progress_bar

with optional():
    from boards.common import LIMITS
    from boards.protocol import BAUD, EXPLANATION, SILENCE_SECONDS, Answer, fitted, transfer

NEEDS = ("serial", "amaranth")

CHUNK = 2048
"""Bytes between two updates of the progress bar."""

PATIENCE_SECONDS = 2.0
"""How long to wait for an answer after the silence that ends a transfer."""


def serial_port(name: str | None) -> str:
    """``name``, or the port of the one ULX3S that is plugged in.

    Raises
    ------
    BadInput
        If none or more than one is plugged in.
    """
    if name:
        return name
    from serial.tools.list_ports import comports

    # The board's USB chip is an FT231X of FTDI.
    found = [port.device for port in comports() if (port.vid, port.pid) == (0x0403, 0x6015)]
    if len(found) != 1:
        raise BadInput(
            f"found {len(found)} serial ports of a ULX3S; choose the port, for example "
            "--port /dev/ttyUSB0"
        )
    return found[0]


def send(picture: np.ndarray, port: str) -> Answer:
    """Send ``picture``, uint8 (height, width, 3), and return the board's answer.

    Raises
    ------
    BadInput
        If the port cannot be used, or the board does not answer.
    """
    import serial

    data = transfer(picture)
    try:
        with serial.Serial(port, BAUD, timeout=0.05) as line:
            line.reset_input_buffer()
            with progress_bar(total=len(data), desc="sending", unit="B", unit_scale=True) as bar:
                for start in range(0, len(data), CHUNK):
                    part = data[start : start + CHUNK]
                    line.write(part)
                    bar.update(len(part))
                line.flush()
            # The operating system does not report when the last byte has left the USB chip.
            seconds = len(data) * 10 / BAUD + SILENCE_SECONDS + PATIENCE_SECONDS
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                answer = line.read(1)
                if answer:
                    return _answer(answer)
    except (serial.SerialException, OSError) as error:
        raise BadInput(f"{port}: the serial port cannot be used ({error})") from error
    raise BadInput(f"{port}: the board does not answer; is the bitstream loaded?")


def _answer(byte: bytes) -> Answer:
    try:
        return Answer(byte[0])
    except ValueError as error:
        raise BadInput(f"the board answered {byte!r}, which the protocol does not have") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("picture", type=Path, metavar="IMAGE", help="picture to show")
    parser.add_argument("--port", metavar="PORT", help="serial port (default: the ULX3S)")
    parser.add_argument(
        "--crop",
        action="store_true",
        help="cut out the middle of a large picture instead of reducing it",
    )


def run(args: argparse.Namespace) -> int:
    """Send the picture; 0 if the board shows it, 1 if it refuses it."""
    picture = fitted(colours(read_picture(args.picture, MAX_MPIXEL)), LIMITS, crop=args.crop)
    answer = send(picture, serial_port(args.port))
    height, width, _ = picture.shape
    print(f"{width}×{height}: {EXPLANATION[answer]}")
    return 0 if answer == Answer.OK else 1
