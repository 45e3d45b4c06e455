import io
import struct
import tracemalloc
import zipfile
from itertools import product

import numpy as np
import pytest

from sw.errors import BadInput
from sw.networks import weights
from sw.tables.archive import MAX_BYTES, read_array, read_arrays
from sw.tables.files import load

MEGABYTE = 1 << 20


def npy(shape, *, data=b""):
    """An .npy with the header of ``shape``, and then ``data``."""
    file = io.BytesIO()
    header = {"descr": "|i1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + data


def npz(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def bomb():
    """A small zip of one array of a byte more than 1 GiB, of zeros."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.npy", "w") as member,
    ):
        header = npy((MAX_BYTES,))
        member.write(header + bytes(MEGABYTE + 1 - len(header)))
        for _ in range(MAX_BYTES // MEGABYTE - 1):
            member.write(bytes(MEGABYTE))
    return file.getvalue()


def peak(call):
    """Most bytes of memory that ``call()`` took, which must be refused; and the message."""
    tracemalloc.start()
    try:
        with pytest.raises(BadInput) as caught:
            call()
        return tracemalloc.get_traced_memory()[1], str(caught.value)
    finally:
        tracemalloc.stop()


def directory_with(content, old, new):
    """``content``, a zip, with the number ``old`` in its directory replaced by ``new``."""
    start = content.rindex(b"PK\x01\x02")
    directory = content[start:].replace(struct.pack("<L", old), struct.pack("<L", new))
    return content[:start] + directory


def test_arrays_are_read():
    arrays = {
        "a": np.arange(6, dtype=np.int8).reshape(2, 3),
        "b": np.asfortranarray(np.arange(6.0).reshape(3, 2)),
        "c": np.array("text"),
        "d": np.zeros((0, 4)),
        "e": np.arange(3, dtype=">f4"),
    }
    for write in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        write(file, **arrays)
        found = read_arrays(file)
        assert list(found) == list(arrays)
        for name, array in arrays.items():
            assert np.array_equal(found[name], array)
    for version, array in product([(1, 0), (2, 0)], arrays.values()):
        file = io.BytesIO()
        np.lib.format.write_array(file, array, version)
        assert np.array_equal(read_array(file), array)


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.npz"
    path.write_bytes(bomb())
    assert path.stat().st_size < 6 * MEGABYTE
    for read in (load, weights.load):
        memory, message = peak(lambda read=read: read(path))
        assert memory < 20 * MEGABYTE
        assert message.startswith(f"{path}: unpacks to 1073741825 bytes; ")
        assert message.endswith("it must unpack to at most 1073741824 (1 GiB)")


def test_sizes_in_the_directory_are_not_trusted():
    claimed = 2 * MEGABYTE
    size = 64 * MEGABYTE
    content = npz([("a.npy", npy((size,), data=bytes(size)))])
    lying = directory_with(content, len(npy((size,))) + size, claimed)
    tracemalloc.start()
    try:
        with pytest.raises((ValueError, zipfile.BadZipFile)):
            read_arrays(io.BytesIO(lying))
        assert tracemalloc.get_traced_memory()[1] < 16 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(compression):
    content = npz([("a.npy", npy((3,), data=b"abc"))], compression)
    with pytest.raises(BadInput, match="holds 'a', which NumPy did not write"):
        read_arrays(io.BytesIO(content))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (["a.npy", "a.npy"], "holds the array 'a' twice; its names must be distinct"),
        (["a.npy", "readme.txt"], "holds 'readme.txt', which NumPy did not write; remove it"),
        (["a.npy", "folder/"], "holds 'folder/'"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_members_are_refused(members, message):
    content = npz([(name, npy((3,), data=b"abc")) for name in members])
    with pytest.raises(BadInput, match=message):
        read_arrays(io.BytesIO(content))


@pytest.mark.parametrize(
    "shape", [(1 << 40,), (81, 1 << 33), (2**63, 2**63), (-1, -81), (-81,), (80,), (82,), ()]
)
@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_shape_that_does_not_fit_the_bytes_is_refused(tmp_path, shape, ending):
    content = npy(shape, data=bytes(81))
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content if ending == "npy" else npz([("description.npy", content)]))
    memory, message = peak(lambda: load(path))
    assert memory < MEGABYTE
    assert message.startswith(f"{path}: cut short or not a table; it must be")


def test_large_npy_is_refused(tmp_path):
    path = tmp_path / "a.npy"
    with path.open("wb") as file:
        file.write(npy((129**4, 16)))
        file.truncate(file.tell() + 129**4 * 16)  # takes no room on the disk
    memory, message = peak(lambda: load(path))
    assert memory < MEGABYTE
    assert message.startswith(f"{path}: unpacks to 4430766")
