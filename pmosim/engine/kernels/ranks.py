"""Rank correlation by counting pairs: quadratic, but a vectorised loop, so thousands of values take a millisecond."""

import numpy as np

from pmosim.engine.kernels.compiling import kernel


@kernel
def kendall_tau(x, y):
    """Kendall's tau-b of two samples of equal length (M. G. Kendall, Biometrika 33 (1945), with ties).

    x, y : float32[n], whose order alone counts; 0 where either never varies
    """
    n = x.shape[0]
    agreement, in_x, in_y = np.int64(0), np.int64(0), np.int64(0)
    for i in range(n):
        same, differ_x, differ_y = np.int32(0), np.int32(0), np.int32(0)
        for j in range(i):
            sign_x = np.int32(x[i] > x[j]) - np.int32(x[i] < x[j])
            sign_y = np.int32(y[i] > y[j]) - np.int32(y[i] < y[j])
            same += sign_x * sign_y
            differ_x += sign_x * sign_x
            differ_y += sign_y * sign_y
        agreement += same
        in_x += differ_x
        in_y += differ_y
    size = np.sqrt(np.float64(in_x) * np.float64(in_y))
    return agreement / size if size > 0 else 0.0
