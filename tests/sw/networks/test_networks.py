import numpy as np
import pytest

from pictures import photo_like
from sw.networks.published import NETWORKS
from sw.pictures import bicubic as integer_bicubic

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
# Tests run in parallel; several threads per test would only wait for one another.
torch.set_num_threads(1)

from sw.networks.build import MAKERS, build, cost  # noqa: E402
from sw.networks.layers import bicubic  # noqa: E402

EVERY = [(name, scale) for name, network in NETWORKS.items() for scale in network.scales]
HD = 1280 * 720
"""HR pixels of the picture for which the literature counts multiplications."""


def test_every_network_can_be_built():
    assert list(MAKERS) == list(NETWORKS)


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("srcnn", 8032),  # Dong et al., TPAMI 2016, section 4.3.2; ECCV 2016, table 4
        ("srcnn-955", 57184),  # the same
        ("fsrcnn", 12464),  # Dong et al., ECCV 2016, table 1
        ("fsrcnn-s", 3937),  # the same, section 4.2
    ],
)
def test_number_of_weights_is_the_papers(name, weights):
    assert cost(name, 3).weights == weights


def test_fsrcnn_saves_as_many_multiplications_as_the_paper_states():
    # ECCV 2016, table 1: at ×3, 41.3 times fewer multiplications than SRCNN 9-5-5.
    assert cost("srcnn-955", 3).macs / cost("fsrcnn", 3).macs == pytest.approx(41.3, abs=0.05)


@pytest.mark.parametrize(
    ("name", "scale", "giga"),
    # Ahn et al., ECCV 2018, table 1: multiplications for 1280×720 HR pixels.
    [("srcnn-955", 2, 52.7), ("fsrcnn", 2, 6.0), ("fsrcnn", 3, 5.0), ("fsrcnn", 4, 4.6)]
    + [("vdsr", scale, 612.6) for scale in (2, 3, 4)],
)
def test_number_of_multiplications_is_the_literatures(name, scale, giga):
    assert cost(name, scale).macs_dense * HD / 1e9 == pytest.approx(giga, abs=0.05)


def test_vdsr_has_665_thousand_weights():
    assert round(cost("vdsr", 4).weights, -3) == 665_000


def test_costs_follow_from_the_layers():
    espcn = [25 * 64, 9 * 64 * 32, 9 * 32 * 16]
    assert cost("espcn", 4).weights == sum(espcn)
    assert cost("espcn", 4).parameters == sum(espcn) + 64 + 32 + 16
    assert cost("espcn", 4).macs == sum(espcn) / 16
    block = 2 * 9 * 64**2
    ends = 81 * 3 * 64
    low = ends + 16 * block + 9 * 64**2 + 9 * 64 * 256
    srresnet = cost("srresnet", 4)
    assert srresnet.weights == low + 9 * 64 * 256 + ends
    assert srresnet.macs == low / 16 + 9 * 64 * 256 / 4 + ends
    pconv = 128 * 64 + 9 * 64 * 128
    btsrn = cost("btsrn", 4)
    assert btsrn.weights == 11 * pconv + 2 * 4 * 128**2 + 2 * 3 * 128
    low = 3 * 128 + 6 * pconv + 4 * 128**2
    assert btsrn.macs == low / 16 + (pconv + 4 * 128**2) / 4 + 4 * pconv + 3 * 128


@pytest.mark.parametrize(("name", "scale"), EVERY)
def test_shape_and_start(name, scale):
    torch.manual_seed(0)
    network = build(name, scale).eval()
    assert network.scale == scale
    pixels = photo_like(20, 24, network.colours)
    lr = torch.from_numpy(pixels.transpose(2, 0, 1)[None].astype(np.float32)) / 255
    with torch.no_grad():
        hr = network(lr)
        nearest = torch.nn.functional.interpolate(lr, scale_factor=scale)
        expected = bicubic(lr, scale) if network.colours == 1 else nearest
    assert hr.shape == (1, network.colours, 20 * scale, 24 * scale)
    # A network starts close to an interpolation, which is not shifted.
    a, b = (pictures[..., 16:-16, 16:-16] for pictures in (hr, expected))
    moves = [(y, x) for y in (-2, -1, 0, 1, 2) for x in (-2, -1, 0, 1, 2)]
    errors = [(a - b.roll(move, (2, 3)))[..., 2:-2, 2:-2].std() for move in moves]
    assert moves[int(np.argmin(errors))] == (0, 0)
    assert min(errors) < 0.03


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_float_bicubic_agrees_with_integer_bicubic(scale):
    pixels = photo_like(9, 13, 1)
    lr = torch.from_numpy(pixels[None, :, :, 0].astype(np.float32))[None]
    rounded = integer_bicubic.resize(pixels, integer_bicubic.Fraction(scale))[:, :, 0]
    # The integers are rounded after both passes; the first one overshoots less.
    assert np.abs(bicubic(lr, scale)[0, 0].numpy().clip(0, 255) - rounded).max() < 1.3
