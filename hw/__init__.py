"""The upsampler as hardware, in Amaranth."""
