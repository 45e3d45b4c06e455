"""Logic that boards share: serial line, frame buffer, display, the core in its clock domain."""
