"""Runs ``python -m winnow``, which is the same as the command ``winnow``."""

import sys

from ._cli import main

sys.exit(main())
