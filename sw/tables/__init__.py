"""What an upsampler is: its description, its files, its layout in memory, its cost."""
