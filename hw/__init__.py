"""The upsampler in Amaranth. Empty so far."""
