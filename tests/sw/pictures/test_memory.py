"""The estimate of the memory, and the refusal before the work."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from picture_files import deep_png
from suites import long
from sw.errors import BadInput
from sw.pictures import memory as module
from sw.pictures.images import Header
from sw.pictures.memory import check_memory, memory_errors, memory_estimate
from sw.tables.design import parse
from sw.tables.files import save
from tables import filled, make_upsampler

ROUGH, DOUBLE = make_upsampler(), make_upsampler(scale=2)
CHAIN = filled(parse("x1 S | S ; x2 S2 + S@1 ; x2 D"), seed=3)

# The estimate, by the peak: the peak depends on the allocator and on the number of processors.
LEAST, MOST = 0.8, 1.4

PEAK = """
import sys
from pathlib import Path
from sw.pictures.enlarge import enlarge
from sw.pictures.images import read_picture, write_picture
from sw.tables.files import load
upsamplers = [load(Path(path), None).at_bits(BITS) for path in sys.argv[3:]]
bits = upsamplers[0].sample_bits
picture = read_picture(Path(sys.argv[1]), to_8_bit=bits == 8, sample_bits=bits)
write_picture(Path(sys.argv[2]), enlarge(picture, upsamplers, COLOUR))
# The peak that getrusage gives may be that of the process that started this one.
print(*[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")])
"""


def peak_of_a_process(folder, picture, tables, ending, colour="rgb"):
    """Bytes that a process takes to enlarge a picture file, ``picture``: its content."""
    (folder / "in").write_bytes(picture)
    paths = []
    for n, upsampler in enumerate(tables):
        paths.append(folder / f"{n}.npz")
        save(paths[-1], upsampler)
    bits = tables[0].sample_bits
    program = PEAK.replace("COLOUR", repr(colour)).replace("BITS", str(bits))
    command = [sys.executable, "-c", program, folder / "in", folder / f"out.{ending}", *paths]
    return 1024 * int(subprocess.run(command, check=True, capture_output=True).stdout)


def noise(mode, kind, dtype=np.uint8, height=500, width=600):
    """A picture file with noise: its content."""
    values = np.random.default_rng(0).integers(
        0, np.iinfo(dtype).max, (height, width, len(mode)), dtype, endpoint=True
    )
    if dtype == np.uint16:
        return deep_png(values)
    file = io.BytesIO()
    options = {"lossless": True, "method": 0} if kind == "WEBP" else {}
    Image.fromarray(values.squeeze(), mode).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("mode", "tables", "colour"),
    [
        ("L", [CHAIN], "rgb"),
        ("RGB", [ROUGH], "rgb"),
        ("RGBA", [ROUGH], "rgb"),
        ("RGB", [ROUGH] * 3, "rgb"),
        ("L", [ROUGH], "luma"),
        ("RGB", [ROUGH], "luma"),
        ("RGB", [CHAIN], "luma"),
        ("RGBA", [ROUGH], "luma"),
    ],
)
def test_memory_estimate(tmp_path, mode, tables, colour):
    peak = peak_of_a_process(tmp_path, noise(mode, "PNG"), tables, "png", colour)
    estimate = memory_estimate(tables, 500, 600, len(mode), "PNG", colour)
    assert LEAST * peak <= estimate <= MOST * peak


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_estimate_for_the_encoder_of_webp(tmp_path, mode):
    peak = peak_of_a_process(tmp_path, noise(mode, "PNG"), [DOUBLE], "webp")
    estimate = memory_estimate([DOUBLE], 500, 600, len(mode), "WEBP")
    assert LEAST * peak <= estimate <= MOST * peak


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("mode", "tables", "colour", "ending"),
    [
        ("RGB", ROUGH, "rgb", "png"),
        long("L", CHAIN, "rgb", "tiff"),
        long("RGBA", ROUGH, "rgb", "tiff"),
        long("RGB", CHAIN, "luma", "png"),
    ],
)
def test_estimate_for_samples_of_more_bits(tmp_path, mode, tables, colour, ending):
    pytest.importorskip("imagecodecs")
    pytest.importorskip("tifffile")
    picture, deep = noise(mode, "PNG", np.uint16), [tables.at_bits(10)]
    peak = peak_of_a_process(tmp_path, picture, deep, ending, colour)
    estimate = memory_estimate(deep, 500, 600, len(mode), ending.upper(), colour)
    assert LEAST * peak <= estimate <= MOST * peak


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("mode", "kind", "dtype"),
    [("RGB", "WEBP", np.uint8), ("RGB", "JPEG2000", np.uint8), ("RGBA", "PNG", np.uint16)],
)
def test_estimate_for_formats_that_take_much_memory_to_read(tmp_path, mode, kind, dtype):
    picture = noise(mode, kind, dtype, height=1000, width=1200)
    peak = peak_of_a_process(tmp_path, picture, [DOUBLE], "png")
    estimate = memory_estimate([DOUBLE], 1000, 1200, len(mode), "PNG")
    assert LEAST * peak <= estimate <= MOST * peak


@pytest.fixture
def memory(monkeypatch):
    """A function that sets what the system says is free."""

    def set_free(machine, addresses=None):
        monkeypatch.setattr(module, "free_memory", lambda: machine)
        monkeypatch.setattr(module, "_first_free", lambda: machine)
        monkeypatch.setattr(module, "free_addresses", lambda: addresses)
        monkeypatch.setattr(module, "resident_memory", lambda: 0)

    return set_free


def test_check_memory(tmp_path, memory):
    header, path = Header(1000, 2000, "RGB"), tmp_path / "a.png"
    needed = memory_estimate([ROUGH], 1000, 2000, 3, "PNG")
    for free in ((needed, None), (None, needed), (None, None), (needed, needed)):
        memory(*free)
        check_memory(path, [ROUGH], header, "PNG")
    for free in ((needed - 1, None), (None, needed - 1), (needed, needed - 1)):
        memory(*free)
        with pytest.raises(BadInput, match=r"a\.png: enlarging 2000×1000 takes 0\.3 GiB of memory"):
            check_memory(path, [ROUGH], header, "PNG")
    memory(4 * needed - 1, needed)
    check_memory(path, [ROUGH], header, "PNG", processes=3)
    with pytest.raises(BadInput, match=r"but only 0\.3 GiB are free; cut .* \(--jobs\)"):
        check_memory(path, [ROUGH], header, "PNG", processes=4)


LIMITED = """
import resource, sys
from pathlib import Path
from sw.pictures.memory import check_memory
from sw.errors import BadInput
from sw.pictures.images import Header
from sw.tables.files import load
upsamplers = [load(Path(sys.argv[1]), None)]
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
check_memory(Path("small"), upsamplers, Header(100, 100, "RGB"), "PNG")
try:
    check_memory(Path("large"), upsamplers, Header(6000, 6000, "RGB"), "PNG")
except BadInput as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_limit_of_the_process(table_file):
    command = [sys.executable, "-c", LIMITED, table_file]
    message = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert message.startswith("large: enlarging 6000×6000 takes 3.9 GiB of memory, but only 2.")


def test_memory_errors_name_the_picture(tmp_path):
    with (
        pytest.raises(BadInput, match=r"a\.png: there is not enough memory to enlarge it"),
        memory_errors(tmp_path / "a.png"),
    ):
        np.empty(1 << 60, np.uint8)
