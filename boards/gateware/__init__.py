"""What boards are made of: serial line, frame buffer, display, the core in a clock of its own."""
