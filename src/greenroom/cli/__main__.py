"""`python -m greenroom.cli` is the `greenroom` command."""

from greenroom.cli.main import main

main()
