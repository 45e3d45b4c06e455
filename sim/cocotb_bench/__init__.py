"""A bench for any top with the core's ports, in cocotb with the models of cocotbext-axi."""
