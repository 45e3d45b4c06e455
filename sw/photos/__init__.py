"""What tables and networks learn from: photographs, drawings, and crops of them."""
