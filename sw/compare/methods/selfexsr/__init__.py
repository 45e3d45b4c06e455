"""SelfExSR (Huang et al., CVPR 2015), in NumPy and Numba."""
