"""Forecasts over time: the ledger that keeps them, and what can be learnt from it."""
