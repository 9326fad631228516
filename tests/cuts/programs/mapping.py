"""Writes a file through memory, which no shim sees: `… FILE`."""

import mmap
import sys
from pathlib import Path

if __name__ == "__main__":
    with Path(sys.argv[1]).open("x+b") as file:
        file.truncate(mmap.PAGESIZE)
        with mmap.mmap(file.fileno(), mmap.PAGESIZE) as memory:
            memory[:6] = b"unseen"
