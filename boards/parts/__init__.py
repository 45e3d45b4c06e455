"""Primitives of single FPGA families: clock generators and double-rate outputs."""
