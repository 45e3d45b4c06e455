"""One table fitted to photographs by least squares."""
