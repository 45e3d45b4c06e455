"""A model of the core in clocks: when each beat moves, without a simulation."""
