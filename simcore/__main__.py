"""Start the command line: `python -m simcore`."""

import sys

from simcore.cli import main

sys.exit(main(sys.argv[1:]))
