"""Random frames through random cores, for hours."""
