"""How kernels are compiled: each for as few callers, and with as few ways in, as it has.

Numba gives every function a way in from Python and one from C. For one that takes tuples of a hundred arrays these are larger
than what they lead to, so functions that kernels alone call do without.
"""

from typing import Any

import numba

njit: Any = numba.njit  # its types leave out the options by which it does without ways in

kernel = njit(nogil=True, cache=True, no_cfunc_wrapper=True)
"""For functions that Python calls."""

inner = njit(nogil=True, cache=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)
"""For functions that only other kernels call: called from Python they crash."""

inlined = njit(nogil=True, cache=True, no_cfunc_wrapper=True, forceinline=True)
"""For a few lines in a hot loop, compiled into their callers whatever LLVM thinks of it."""
