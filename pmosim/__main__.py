"""`python -m pmosim` is the command `pmosim`."""

from pmosim.cli.main import main

main()
