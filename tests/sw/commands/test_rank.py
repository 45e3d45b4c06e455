import pytest

from commands import refused, write_photos
from sw.__main__ import main
from sw.commands.rank import as_text


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_rank_prints_a_row_for_each_folder(tmp_path, capsys):
    folders = [write_photos(tmp_path / name, 2) for name in "ab"]
    command = ["rank", *folders, "--family", "V", "--step", "64", "--iterations", "4"]
    assert main([str(arg) for arg in command]) == 0
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert lines[0].split()[:2] == ["fitted", "on"]
    assert {line.split()[0] for line in lines[1:]} == {str(folder) for folder in folders}
    assert all("–" in line for line in lines[1:])


def test_pictures_that_cannot_be_scored_are_named(tmp_path, capsys):
    folders = [write_photos(tmp_path / name, 1) for name in "abc"]
    (folders[0] / "bad.png").write_bytes(b"\x89PNG")
    command = ["rank", *folders, "--family", "V", "--step", "64", "--iterations", "4"]
    assert main([str(arg) for arg in command]) == 1
    assert capsys.readouterr().err.count("not scored: ") == 1


def test_best_folder_comes_first():
    gains = {"a": {"b": 0.1, "c": 0.2}, "b": {"a": 0.5, "c": 0.1}, "c": {"a": -1.0, "b": 0.0}}
    rows = [line.split() for line in as_text(gains).splitlines()[1:]]
    assert rows[0] == ["b", "–", "0.500", "0.100", "0.300"]
    assert rows[1] == ["a", "0.100", "–", "0.200", "0.150"]
    assert rows[2] == ["c", "0.000", "-1.000", "–", "-0.500"]


def test_rank_refuses(tmp_path, capsys):
    folder = write_photos(tmp_path / "a")
    assert "two or more different folders" in refused(capsys, "rank", folder)
    assert "two or more different folders" in refused(capsys, "rank", folder, folder)
    assert "no such folder" in refused(capsys, "rank", folder, tmp_path / "b")
    other = write_photos(tmp_path / "b")
    few = refused(capsys, "rank", folder, other, "--iterations", 1)
    assert "--iterations: is '1'; it must be a whole number, 4 or more" in few
