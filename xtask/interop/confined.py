"""Where io_uring is forbidden: containers do it by a filter of system calls, and so does this."""

import ctypes
import errno
import struct

IO_URING_SETUP = 425

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000


def has_io_uring():
    """Says whether the system lets us."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = (ctypes.c_char * 120)()
    descriptor = libc.syscall(IO_URING_SETUP, 2, place)
    if descriptor >= 0:
        libc.close(descriptor)
    return descriptor >= 0


def forbid_io_uring():
    """From now on this process, and what it starts, gets EPERM for io_uring_setup. The number of that call
    is the same on every architecture."""
    rules = (
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, IO_URING_SETUP),
        (RETURN, 0, 0, FAIL | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, program, 0, 0)):
        if libc.prctl(*call):
            raise OSError(ctypes.get_errno(), "prctl")
