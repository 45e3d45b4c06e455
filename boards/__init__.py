"""One file for each FPGA board. Empty so far."""
