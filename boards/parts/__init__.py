"""What only one FPGA family has: clocks and double-rate outputs."""
