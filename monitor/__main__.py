"""`python -m monitor` and the `monitor` command.

Door.
"""

from __future__ import annotations

from monitor.cli.root import main

if __name__ == "__main__":
    main()
