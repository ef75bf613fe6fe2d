"""For spark-submit, which wants a file: the command line of stillwatch, word for word.

spark-submit --master yarn examples/submit.py detect --engine spark --table db.exchanges
"""

from __future__ import annotations

import sys

from stillwatch.cli.main import run

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(print(__doc__))
    run()
