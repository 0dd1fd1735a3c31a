"""`python -m triage` is the command `triage`."""

from triage.cli.main import main

main()
