"""The few machine instructions that NumPy has no name for, each with a plain twin for runs without the JIT.

``fma`` is rounded once, on every machine: with it results do not depend on what a compiler chooses to contract.
"""

import numpy as np
from numba import config, types
from numba.extending import intrinsic

if config.DISABLE_JIT:  # type: ignore[attr-defined]

    def fma(a, b, c):
        # a product of two float32 is exact in float64; rounding twice differs from fma in one case of 2**29
        if isinstance(a, np.float32):
            return np.float32(np.float64(a) * np.float64(b) + np.float64(c))
        return np.float64(np.longdouble(a) * np.longdouble(b) + np.longdouble(c))

    def float_bits(x):
        return np.float32(x).view(np.int32)

    def bits_float(x):
        return np.int32(x).view(np.float32)

else:

    @intrinsic
    def fma(typingctx, a, b, c):
        """a * b + c with one rounding; float32 or float64, all three alike."""
        if not (a == b == c and a in (types.float32, types.float64)):
            return None

        def build(context, builder, signature, arguments):
            return builder.fma(*arguments)

        return a(a, a, a), build

    @intrinsic
    def float_bits(typingctx, x):
        """float32 -> the int32 of the same bits."""
        if x != types.float32:
            return None

        def build(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], context.get_value_type(types.int32))

        return types.int32(types.float32), build

    @intrinsic
    def bits_float(typingctx, x):
        """int32 -> the float32 of the same bits."""
        if x != types.int32:
            return None

        def build(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], context.get_value_type(types.float32))

        return types.float32(types.int32), build
