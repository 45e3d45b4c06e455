"""What an upsampler is: its description, its files, and how it lies in memory."""
