"""From scenario files to forecasts, results folders and the ledger: one at a time, or many unattended."""
