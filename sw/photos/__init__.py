"""Training data: photographs, drawings, and crops of both."""
