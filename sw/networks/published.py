"""What the papers state about the networks; needs no PyTorch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A network and its paper.

    Parameters
    ----------
    title : str
        The network's name in the literature.
    source : str
        The paper.
    scales : tuple of int
        Scales that the network is defined for.
    set5 : float or None
        Mean PSNR-Y on Set5 at ×4 in the paper, dB. ESPCN's is that of training on ImageNet.
    """

    title: str
    source: str
    scales: tuple[int, ...] = (2, 3, 4)
    set5: float | None = None


SRCNN = "Dong, Loy, He and Tang, TPAMI 2016"
FSRCNN = "Dong, Loy and Tang, ECCV 2016"

NETWORKS = {
    "srcnn": Published("SRCNN 9-1-5", SRCNN),
    "srcnn-955": Published("SRCNN 9-5-5", SRCNN, set5=30.48),
    "fsrcnn-s": Published("FSRCNN (32, 5, 1)", FSRCNN),
    "fsrcnn": Published("FSRCNN (56, 12, 4)", FSRCNN, set5=30.71),
    "espcn": Published("ESPCN", "Shi et al., CVPR 2016", set5=30.90),
    "vdsr": Published("VDSR", "Kim, Lee and Lee, CVPR 2016", set5=31.35),
    "srresnet": Published("SRResNet", "Ledig et al., CVPR 2017", scales=(2, 4), set5=32.05),
    "btsrn": Published("BTSRN", "Fan et al., CVPR workshops 2017"),
}
"""Networks by their names on the command line."""
