"""What the papers say of the networks; needs no PyTorch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A network and where it is from.

    Parameters
    ----------
    title : str
        As tables of the literature have it.
    source : str
        The paper.
    scales : tuple of int
        For which it is defined.
    set5 : float or None
        Its mean PSNR-Y on Set5 at ×4 in the paper, dB; ESPCN's is of training on ImageNet.
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
"""By the name that commands take."""
