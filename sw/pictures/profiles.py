"""Colour profiles (ICC): conversion of printers' colours to RGB, and which profile may be kept."""

import io

from PIL import Image, ImageCms

SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
"""Colour space in the header of a profile, for a mode of Pillow."""


def is_for(profile: bytes, mode: str) -> bool:
    """Whether ``profile`` has the header of a profile whose colour space is that of ``mode``."""
    return profile[36:40] == b"acsp" and profile[16:20] == SPACES[mode]


def to_rgb(image: Image.Image) -> tuple[Image.Image, str]:
    """Convert a CMYK or LAB image to sRGB: the RGB image, and what the user must know, or nothing.

    CMYK is converted by its profile, with the perceptual intent. Without one,
    R = (255 - C)(255 - K) / 255, and likewise for G and B. LAB needs no profile.
    """
    if image.mode == "LAB":
        return _convert(image, ImageCms.createProfile("LAB")), ""
    profile = image.info.get("icc_profile")
    reason = "without a colour profile"
    if profile:
        reason = "with a damaged colour profile, or one of another colour space"
        if is_for(profile, "CMYK"):
            try:
                return _convert(image, ImageCms.ImageCmsProfile(io.BytesIO(profile))), ""
            except (ImageCms.PyCMSError, OSError):
                pass
    note = f"is CMYK {reason}; its colours are converted without one and can look different"
    return image.convert("RGB"), note


def _convert(
    image: Image.Image, profile: ImageCms.ImageCmsProfile | ImageCms.core.CmsProfile
) -> Image.Image:
    rgb = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(image, profile, rgb, outputMode="RGB")
