"""`python -m marketplace` is the command `marketplace`."""

from marketplace.cli import main

main(prog_name="marketplace")
