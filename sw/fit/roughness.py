"""How far a table is from straight lines, as a quadratic form."""

import numpy as np


class Roughness:
    """DᵀD: squared second differences along the axes of a table of ``levels`` points each."""

    def __init__(self, levels: int, axes: int) -> None:
        self.shape = (levels,) * axes
        difference = np.diff(np.eye(levels), n=2, axis=0)
        self.one_axis = difference.T @ difference

    def product(self, table: np.ndarray) -> np.ndarray:
        """DᵀD·table, of ``table``'s shape (rows, r*r)."""
        grid = table.reshape(*self.shape, -1)
        out = np.zeros_like(grid)
        for axis in range(len(self.shape)):
            out += np.moveaxis(np.tensordot(self.one_axis, grid, (1, axis)), 0, axis)
        return out.reshape(table.shape)

    def diagonal(self) -> np.ndarray:
        """Diagonal of DᵀD, shape (rows, 1)."""
        total = np.zeros(self.shape)
        for axis in range(len(self.shape)):
            along = [-1 if a == axis else 1 for a in range(len(self.shape))]
            total += np.diag(self.one_axis).reshape(along)
        return total.reshape(-1, 1)
