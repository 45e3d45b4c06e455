"""Pictures, how they are resized, and how far one is from another."""
