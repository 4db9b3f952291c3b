"""How much a btrfs subvolume may hold, kept to by the kernel (linux/btrfs.h). Only root sets it. All raise OSError.

Full quotas, not simple ones: what a subvolume holds counts whether it wrote that itself or began with it, as a clone
does, and what is deleted counts no more although a snapshot still has it. Simple quotas are cheaper, but count neither
so, and a file system that ever had them is refused by kernels before 6.7.
"""

import errno
import fcntl
import struct
import time

_MAGIC = 0x94
_WRITE, _READ = 1, 2
_CONTROL = struct.Struct("=QQ")
"""btrfs_ioctl_quota_ctl_args: command, status."""
_LIMIT = struct.Struct("=QQQQQQ")
"""btrfs_ioctl_qgroup_limit_args: group (0: the subvolume's own), which limits are meant, the largest size, and three
that are not meant."""
_QUOTA_CTL = (_READ | _WRITE) << 30 | _CONTROL.size << 16 | _MAGIC << 8 | 40
_QGROUP_LIMIT = _READ << 30 | _LIMIT.size << 16 | _MAGIC << 8 | 43
_ENABLE = 1
_MAX_REFERENCED = 1
_NO_LIMIT = 2**64 - 1
"""In place of a size; 0 would be one."""
_PATIENCE = 5.0
_LOOK_AGAIN = 0.05


def enable(descriptor: int) -> None:
    """Have the file system of that open directory count what each subvolume holds. It does already: nothing happens."""
    fcntl.ioctl(descriptor, _QUOTA_CTL, bytearray(_CONTROL.pack(_ENABLE, 0)))


def set_limit(descriptor: int, size: int | None) -> bool:
    """Let the subvolume of that open directory hold at most `size` bytes; None: any number.

    False where the file system does not count.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            limit = _LIMIT.pack(0, _MAX_REFERENCED, _NO_LIMIT if size is None else size, 0, 0, 0)
            fcntl.ioctl(descriptor, _QGROUP_LIMIT, bytearray(limit))
        except OSError as error:
            if error.errno == errno.ENOTCONN:
                return False
            # Counting was turned on this moment, and the kernel is at it.
            if error.errno not in (errno.EINPROGRESS, errno.EBUSY) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN)
        else:
            return True
