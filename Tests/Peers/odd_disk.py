"""A file system on top of a folder that reports a configured free space, and file sizes with a delay.

Arguments: the folder, the mount point, the free blocks to report, and the delay of file sizes in seconds.
"""

import errno
import os
import sys
import time

from fuse import FUSE, FuseOSError, Operations

BLOCKS = 1_000_000


class OddDisk(Operations):
    def __init__(self, folder, free, delay):
        self.folder = folder
        self.free = free
        self.delay = delay
        self.sizes = {}

    def real(self, path):
        return self.folder + path

    def getattr(self, path, fh=None):
        try:
            status = os.lstat(self.real(path))
        except OSError as error:
            raise FuseOSError(error.errno)
        reported = {key: getattr(status, key) for key in dir(status) if key.startswith("st_") and key != "st_flags"}
        if self.delay:
            now = time.monotonic()
            seen = self.sizes.setdefault(path, [])
            seen.append((now, status.st_size))
            reported["st_size"] = next((size for when, size in reversed(seen) if when <= now - self.delay), 0)
        return reported

    def readdir(self, path, fh):
        return [".", "..", *os.listdir(self.real(path))]

    def create(self, path, mode, info=None):
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def open(self, path, flags):
        return os.open(self.real(path), flags & ~os.O_APPEND)

    def read(self, path, count, offset, fh):
        return os.pread(fh, count, offset)

    def write(self, path, data, offset, fh):
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        os.truncate(self.real(path), length)

    def release(self, path, fh):
        os.close(fh)

    def unlink(self, path):
        os.unlink(self.real(path))

    def rename(self, old, new):
        os.rename(self.real(old), self.real(new))

    def statfs(self, path):
        return dict(
            f_bsize=4096, f_frsize=4096, f_blocks=BLOCKS, f_bfree=self.free, f_bavail=self.free, f_files=1000,
            f_ffree=500, f_namemax=255)


folder, mount_point, free, delay = sys.argv[1:]
FUSE(
    OddDisk(folder, int(free), float(delay)), mount_point, foreground=True, nothreads=True, attr_timeout=0,
    entry_timeout=0)
