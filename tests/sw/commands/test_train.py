import csv
import sys

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from pictures import photo_like
from sw import golden
from sw.__main__ import main
from sw.errors import BadInput
from sw.pictures.flat_fields import flat_errors
from sw.tables.files import load
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
# Tests run in parallel; several threads per test would only wait for one another.
torch.set_num_threads(1)

from sw.networks.sr_lut import Network, export  # noqa: E402
from sw.training.table_run import load_networks  # noqa: E402


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_photos(tmp_path / "photos", size=(96, 112))


def train(tmp_path, run, *more):
    command = ["train", "--data", tmp_path / "photos", "--run", tmp_path / run, "--family", "V"]
    command += ["--width", "16", "--depth", "2", "--batch", "8", "--crop", "12", "--round", "24"]
    return main([str(arg) for arg in [*command, *more]])


def weights(folder):
    return torch.cat([weight.detach().ravel() for weight in load_networks(folder).parameters()])


def losses(folder):
    return [
        float(row["loss"]) for row in csv.DictReader((folder / "log.csv").read_text().splitlines())
    ]


@pytest.mark.parametrize("sampler", ["uniform", "hard"])
def test_loss_falls_and_the_table_is_the_network(tmp_path, sampler, capsys):
    run = tmp_path / "run"
    more = ["--steps", 300, "--sampler", sampler, "--val", tmp_path / "photos"]
    assert train(tmp_path, "run", *more, "--val-every", 100) == 0
    assert "300 steps, " in capsys.readouterr().out
    loss = losses(run)
    assert len(loss) == 300
    assert np.mean(loss[-30:]) < 0.2 * np.mean(loss[:30])
    with Image.open(run / "loss.png") as picture:
        assert picture.width > 500

    table = tmp_path / "V.npz"
    assert main(["export", str(run), "--out", str(table), "--step", "16"]) == 0
    entries = load(table).stages[0].tables[0].entries
    network = load_networks(run)["L"]
    points = np.stack(np.meshgrid(*[np.arange(0, 257, 16)] * 2, indexing="ij"), axis=-1)
    with torch.no_grad():
        blocks = network.blocks(torch.from_numpy(points.astype(np.float32)) / 255).numpy() * 255
    # Where both taps are equal, the export moves entries so that the table keeps flat fields.
    differ = ~np.eye(17, dtype=bool)
    assert np.abs(entries.reshape(17, 17, 16) - blocks)[differ].max() <= 0.5001
    assert not flat_errors(load(table)).any()

    fitted = tmp_path / "fitted.npz"
    command = ["fit", "--data", tmp_path / "photos", "--init", table, "--out", fitted]
    assert main([str(arg) for arg in command]) == 0
    scores = []
    for name in (table, fitted):
        capsys.readouterr()
        assert main(["score", "--table", str(name), str(tmp_path / "photos")]) == 0
        mean = capsys.readouterr().out.splitlines()[-1]
        scores.append(float(mean.split()[1]))
    assert scores[1] > scores[0]


def test_resumed_run_is_the_run(tmp_path, monkeypatch):
    assert train(tmp_path, "whole", "--steps", 40, "--sampler", "hard") == 0

    from sw.training.table_run import TableRun

    advance, count = TableRun.advance, 0

    def stop(training):
        nonlocal count
        count += 1
        if count > 17:
            raise KeyboardInterrupt
        return advance(training)

    monkeypatch.setattr("sw.training.run.SAVE_SECONDS", 0)
    monkeypatch.setattr(TableRun, "advance", stop)
    assert train(tmp_path, "parts", "--steps", 40, "--sampler", "hard") == 130
    assert len(losses(tmp_path / "parts")) == 17
    monkeypatch.setattr(TableRun, "advance", advance)
    assert train(tmp_path, "parts", "--steps", 40, "--sampler", "hard", "--resume") == 0
    assert losses(tmp_path / "parts") == losses(tmp_path / "whole")
    assert torch.equal(weights(tmp_path / "parts"), weights(tmp_path / "whole"))


def test_every_colour_has_a_network(tmp_path, capsys):
    Image.fromarray(photo_like(96, 96, 1)[:, :, 0]).save(tmp_path / "photos" / "grey.png")
    assert train(tmp_path, "run", "--steps", 20, "--colours", "each") == 0
    long = tmp_path / f"{'n' * 250}.npz"
    error = refused(capsys, "export", tmp_path / "run", "--out", long)
    assert "-R.npz: the name is too long (256 bytes)" in error
    (tmp_path / "t-B.json").mkdir()
    error = refused(capsys, "export", tmp_path / "run", "--out", tmp_path / "t.npz")
    assert "t-B.json: is a folder" in error
    assert not list(tmp_path.glob("*.npz"))
    (tmp_path / "t-B.json").rmdir()
    assert main(["export", str(tmp_path / "run"), "--out", str(tmp_path / "t.npz")]) == 0
    names = [tmp_path / f"t-{colour}.npz" for colour in "RGB"]
    upsamplers = [load(name) for name in names]
    picture = tmp_path / "in.png"
    pixels = photo_like(20, 30)
    Image.fromarray(pixels).save(picture)
    option = ",".join(map(str, names))
    out = tmp_path / "out.png"
    assert main(["upscale", str(picture), str(out), "--table", option]) == 0
    with Image.open(out) as image:
        got = np.asarray(image)
    for c, upsampler in enumerate(upsamplers):
        expected = golden.upscale(pixels[:, :, c : c + 1], upsampler)[:, :, 0]
        assert np.array_equal(got[:, :, c], expected)
    assert not np.array_equal(
        upsamplers[0].stages[0].tables[0].entries, upsamplers[2].stages[0].tables[0].entries
    )
    assert main(["score", str(tmp_path / "photos"), "--table", option]) == 0
    error = refused(capsys, "upscale", picture, out, "--table", f"{names[0]},{names[1]}")
    assert "names 2 tables; it must be 1 or 3" in error
    error = refused(capsys, "demo", "--out", tmp_path / "demo", "--table", option)
    assert "it must be one table for all colours" in error


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("padding", ["reflect", "edge"])
def test_network_enlarges_as_its_table_does(family, padding):
    torch.manual_seed(1)
    network = Network(FAMILIES[family], 3, padding, 8, 2)
    grid = UniformGrid(5)
    (stage,) = export(network, grid).stages
    lr = (photo_like(8, 9, 1)[:, :, 0] // grid.q * grid.q).astype(np.uint8)
    padded = golden.pad(lr, stage.reach, padding)
    table = stage.tables[0]
    entries = table.entries.reshape(table.rows, -1).astype(np.int32)
    blocks = sum(golden.lookup(padded, table, entries, stage.reach, k) for k in range(4)) / grid.q
    expected = blocks.reshape(8, 9, 3, 3).transpose(0, 2, 1, 3).reshape(24, 27)
    with torch.no_grad():
        got = network(torch.from_numpy(lr.astype(np.float32))[None] / 255)[0].numpy() * 255
    # On grid points the only difference is the rounding of four entries.
    assert np.abs(got - expected).max() <= 2.001


def test_table_that_no_file_can_hold_is_not_exported():
    network = Network(FAMILIES["S"], 4, "reflect", 8, 1)
    with pytest.raises(
        BadInput, match=r"4 taps with 257 levels has .* bytes; it must have at most"
    ):
        export(network, UniformGrid(0))


def test_train_refuses(tmp_path, capsys):
    def message(*more, run="run"):
        command = ["train", "--data", tmp_path / "photos", "--run", tmp_path / run, *more]
        return refused(capsys, *command, "--family", "V", "--width", 8, "--depth", 1)

    assert "smaller than a patch of 48×48" in message()
    assert not (tmp_path / "run").exists()
    assert "--batch: is '0'; it must be a whole number, 1 or more" in message("--batch", 0)
    assert "--device is cuda:9, which is not available here" in message("--device", "cuda:9")
    assert "no such checkpoint" in message("--resume")
    (tmp_path / "file").touch()
    assert "file: is a file; it must be a folder" in message(run="file")
    for folder in ("/proc/self", "/proc/self/a/b"):
        assert "the folder /proc/self cannot be written" in message(run=folder)
    assert train(tmp_path, "done", "--steps", 2) == 0
    capsys.readouterr()
    assert "already holds a run" in message(run="done")
    assert "was started with width 16, not 8" in message("--resume", run="done")

    checkpoint = tmp_path / "done" / "checkpoint.pt"
    content = torch.load(checkpoint, weights_only=True)
    first = next(iter(content["networks"].values()))
    first[0] = float("nan")
    torch.save(content, checkpoint)
    assert "holds values that are not finite" in message("--resume", run="done")
    error = refused(capsys, "export", tmp_path / "done", "--out", tmp_path / "a.npz")
    assert "holds values that are not finite" in error
    checkpoint.write_bytes(b"PK")
    assert "is damaged, or is no checkpoint of `train`" in message("--resume", run="done")


def test_train_without_its_extra_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    command = ["train", "--data", tmp_path / "photos", "--run", tmp_path / "run"]
    error = refused(capsys, *command)
    assert "torch is not installed; install the extra with: pip install -e '.[train]'" in error


def test_convergence_of_two_runs(tmp_path, capsys):
    for name in ("a", "b"):
        assert train(tmp_path, name, "--steps", 5) == 0
    picture = tmp_path / "both.png"
    runs = [str(tmp_path / name) for name in ("a", "b")]
    assert main(["convergence", *runs, "--out", str(picture)]) == 0
    with Image.open(picture) as image:
        assert image.size == (1000, 400)
    picture.unlink()
    error = refused(capsys, "convergence", runs[0], tmp_path / "photos", "--out", picture)
    assert "cannot read the log of a run" in error
    (tmp_path / "b" / "log.csv").write_text("a,b\n1,2\n")
    error = refused(capsys, "convergence", *runs, "--out", picture)
    assert "log.csv: is damaged" in error
    assert not picture.exists()
    assert "must end in .png" in refused(capsys, "convergence", *runs, "--out", tmp_path / "a.txt")
