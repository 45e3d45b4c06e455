"""Pictures: files, colour, resizing, and metrics of the difference between two pictures."""
