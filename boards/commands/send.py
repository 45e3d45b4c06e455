"""Send a picture to the board over its USB serial port, and say what it answers.

A picture that is too large is reduced, or cut to its middle with --crop; a smaller one is shown in
the middle of the screen. Exit status 1 if the board refuses it; it then shows what it showed.

  python -m boards.ulx3s send photo.jpg
  python -m boards.ulx3s send photo.jpg --crop --port /dev/ttyUSB0
"""

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from boards.protocol import BAUD, EXPLANATION, SILENCE_SECONDS, Answer, fitted, transfer
from sw.errors import BadInput
from sw.pictures.images import MAX_MPIXEL, colours, read_picture

CHUNK = 2048
"""Bytes between two steps of the progress bar."""

MISSING = "sending needs pyserial; install the extra: pip install -e '.[boards]'"

PATIENCE_SECONDS = 2.0
"""How long to wait for an answer beyond the silence that ends a transfer."""


def serial_port(name: str | None) -> str:
    """``name``, or the one port that looks like an ULX3S.

    Raises
    ------
    BadInput
        If there is none, or more than one.
    """
    if name:
        return name
    try:
        from serial.tools.list_ports import comports
    except ModuleNotFoundError as error:
        raise BadInput(MISSING) from error

    # The board's USB chip is an FT231X of FTDI.
    found = [port.device for port in comports() if (port.vid, port.pid) == (0x0403, 0x6015)]
    if len(found) != 1:
        raise BadInput(
            f"{'several boards are' if found else 'no board is'} plugged in as far as the serial "
            "ports tell; name one with --port, such as --port /dev/ttyUSB0"
        )
    return found[0]


def send(picture: np.ndarray, port: str) -> Answer:
    """Send ``picture``, uint8 (height, width, 3), and return what the board answers.

    Raises
    ------
    BadInput
        If the port cannot be used, or the board does not answer.
    """
    try:
        import serial
    except ModuleNotFoundError as error:
        raise BadInput(MISSING) from error

    data = transfer(picture)
    try:
        with serial.Serial(port, BAUD, timeout=0.05) as line:
            line.reset_input_buffer()
            with tqdm(total=len(data), desc="sending", unit="B", unit_scale=True) as bar:
                for at in range(0, len(data), CHUNK):
                    part = data[at : at + CHUNK]
                    line.write(part)
                    bar.update(len(part))
                line.flush()
            # Nothing tells when the last byte has left the USB chip.
            seconds = len(data) * 10 / BAUD + SILENCE_SECONDS + PATIENCE_SECONDS
            until = time.monotonic() + seconds
            while time.monotonic() < until:
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
        raise BadInput(f"the board answered {byte!r}, which means nothing") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("picture", type=Path, metavar="IMAGE", help="picture to show")
    parser.add_argument("--port", metavar="PORT", help="serial port (default: the board's)")
    parser.add_argument("--crop", action="store_true", help="cut a large picture, do not reduce it")


def run(args: argparse.Namespace) -> int:
    """Send it; 0 if the board shows it, 1 if it does not."""
    picture = fitted(colours(read_picture(args.picture, MAX_MPIXEL)), args.limits, crop=args.crop)
    answer = send(picture, serial_port(args.port))
    height, width, _ = picture.shape
    print(f"{width}×{height}: {EXPLANATION[answer]}")
    return 0 if answer == Answer.OK else 1
