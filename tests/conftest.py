"""Order and names of the tests, settings of hypothesis, fixtures of files that many tests read."""

import os

import pytest
from hypothesis import settings
from PIL import Image

from pictures import photo_like
from sw.commands.demo import photograph
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler

# The examples depend on the code alone, so that a failure can be repeated on every machine.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("fixed")

# Kernels for GPUs run in Triton's interpreter. It reads this when it is imported.
os.environ["TRITON_INTERPRET"] = "1"


def pytest_make_parametrize_id(val, argname):
    """Name a test by the length of a long argument, not by its content.

    Some files hold the time at which they were created, as colour profiles do: the workers of
    pytest-xdist would read different names and stop.
    """
    if isinstance(val, bytes | str) and len(val) > 100:
        return f"{argname} of {len(val)}"
    return None


def pytest_collection_modifyitems(items):
    """Long tests first, so that no worker has one left when the others are done.

    Without workers quick ones come first, so that ``-x`` ends soon.
    """
    several = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: (item.get_closest_marker("long") is None) == several)


@pytest.fixture
def picture_file(tmp_path):
    """A small RGB photograph-like PNG, 12×10."""
    path = tmp_path / "small.png"
    Image.fromarray(photo_like(10, 12)).save(path)
    return path


@pytest.fixture
def table_file(tmp_path):
    """An S table at step 64, ×4, that keeps flat fields, as .npz."""
    path = tmp_path / "table.npz"
    save(path, flattened(make_upsampler()))
    return path


@pytest.fixture
def photos(tmp_path):
    """A folder of one photograph, 96×96."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(photograph(4)[80:176, 176:272]).save(folder / "face.png")
    return folder
