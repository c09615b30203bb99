"""Compiled loops over lanes: plain arrays in, plain arrays out. These modules import nothing of pmosim but each other.

A *lane* is one iteration of the block in work; inner loops run over lanes, contiguous in memory, so that they vectorise.
"""
