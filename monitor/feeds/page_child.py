"""The parse worker's process for web pages: as `child`, with another parser.

Edge: a process of its own, started by `worker`.
"""

from __future__ import annotations

import sys

from monitor.feeds.child import main
from monitor.feeds.page import read_page

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), read_page)
