import zipfile

import numpy as np
import pytest

from sw.errors import BadInput
from sw.fit.checkpoint import load_arrays, save_arrays


def test_arrays_and_numbers_come_back(tmp_path):
    save_arrays(tmp_path / "a", {"step": 4}, a=np.arange(3.0), b=2.5)
    found = load_arrays(tmp_path / "a", {"step": 4})
    assert np.array_equal(found.pop("a"), [0, 1, 2])
    assert found == {"b": 2.5}


def test_file_that_unpacks_to_more_than_its_size_is_refused(tmp_path):
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    save_arrays(plain, {"step": 4}, a=np.zeros(10000))
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    with pytest.raises(BadInput, match="packed: damaged, or no unfinished fit"):
        load_arrays(packed, {"step": 4})


def test_arrays_may_be_larger_than_a_table(tmp_path, monkeypatch):
    save_arrays(tmp_path / "a", {"step": 4}, a=np.zeros(1000))
    monkeypatch.setattr("sw.tables.archive.MAX_BYTES", 1000)
    assert load_arrays(tmp_path / "a", {"step": 4})["a"].shape == (1000,)


@pytest.mark.parametrize("identity", ["[1]", "1", "null", "{"])
def test_identity_of_another_type_is_refused(tmp_path, identity):
    np.savez(tmp_path / "a.npz", identity=identity)
    with pytest.raises(BadInput, match=r"a\.npz: damaged, or no unfinished fit"):
        load_arrays(tmp_path / "a.npz", {"step": 4})


def test_too_little_memory_is_no_damage(tmp_path, monkeypatch):
    def read_arrays(file, limit):
        raise MemoryError

    save_arrays(tmp_path / "a", {"step": 4}, a=np.zeros(3))
    monkeypatch.setattr("sw.fit.checkpoint.read_arrays", read_arrays)
    with pytest.raises(BadInput, match="a: the free memory is too small for this unfinished fit"):
        load_arrays(tmp_path / "a", {"step": 4})
