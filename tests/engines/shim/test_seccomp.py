"""The filter of system calls: read as the kernel reads it, and tried in a session."""

import errno
import struct
from collections.abc import Mapping

import pytest
from tests.engines.sessions import Place

from greenroom.engines.shim import seccomp

X86_64, AARCH64 = 0xC000_003E, 0xC000_00B7
ALLOWED = 0x7FFF_0000


def verdict(program: bytes, number: int, *arguments: int, architecture: int = X86_64) -> int:
    """What a filter returns for a call: a tiny machine of the four kinds of instruction that it has."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("=HBBI", program))
    at = loaded = 0
    while True:
        code, yes, no, constant = instructions[at]
        at += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", data, constant)
        elif code == 0x06:
            return int(constant)
        else:
            true = {0x15: loaded == constant, 0x35: loaded >= constant, 0x45: bool(loaded & constant)}[code]
            at += yes if true else no


def refused(number: int) -> int:
    return 0x0005_0000 | number


@pytest.mark.parametrize(
    ("machine", "architecture", "calls"),
    [
        (
            "x86_64",
            X86_64,
            {"mount": 165, "keyctl": 250, "bpf": 321, "read": 0, "execve": 59, "socket": 41, "clone": 56},
        ),
        (
            "aarch64",
            AARCH64,
            {"mount": 40, "keyctl": 219, "bpf": 280, "read": 63, "execve": 221, "socket": 198, "clone": 220},
        ),
    ],
)
def test_each_machine_refuses_and_allows_by_its_own_numbers(
    machine: str, architecture: int, calls: Mapping[str, int]
) -> None:
    program = seccomp.program(machine)
    assert program is not None

    def of(name: str, *arguments: int) -> int:
        return verdict(program, calls[name], *arguments, architecture=architecture)

    assert [of("mount"), of("keyctl"), of("bpf")] == [refused(errno.EPERM)] * 3
    assert [of("read"), of("execve")] == [ALLOWED] * 2
    assert [of("socket", family) for family in (1, 2, 10, 16)] == [ALLOWED] * 4
    assert [of("socket", family) for family in (0, 17, 38, 40)] == [refused(errno.EAFNOSUPPORT)] * 4
    assert of("clone", 0x11) == ALLOWED
    assert of("clone", 0x1000_0011) == refused(errno.EPERM)


def test_calls_of_another_kind_of_machine_are_unknown() -> None:
    program = seccomp.program("x86_64")
    assert program is not None
    assert verdict(program, 0, architecture=0x4000_0003) == refused(errno.ENOSYS)
    assert verdict(program, 0x4000_0000) == refused(errno.ENOSYS)
    assert verdict(program, 435) == refused(errno.ENOSYS)
    assert verdict(program, 16, 0, 0x5412) == refused(errno.EPERM)
    for subvolume in (0x5000_9401, 0x5000_940E, 0x5000_9417, 0x5000_9418):
        assert verdict(program, 16, 0, subvolume) == refused(errno.EPERM)
    assert verdict(program, 16, 0, 0x5413) == ALLOWED
    assert verdict(program, 16, 0, 0x5401) == ALLOWED
    assert verdict(program, 272, 0x1000_0000) == refused(errno.EPERM)
    assert verdict(program, 272, 0x0400) == ALLOWED
    assert seccomp.program("z80") is None


TRY = """
import ctypes, errno, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])
    return errno.errorcode.get(ctypes.get_errno(), "fine")
print(call(272, 0x10000000), call(321, 0, 0, 0), call(425, 1, 0), call(250, 0, 0), call(165, 0, 0, 0, 0, 0))
for family in (socket.AF_UNIX, socket.AF_INET, 40):
    try:
        socket.socket(family, socket.SOCK_STREAM); print("fine")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""


@pytest.mark.parametrize("supervised", [False, True])
def test_the_kernel_holds_every_process_of_a_session_to_it(local: Place, supervised: bool) -> None:
    if seccomp.program() is None:
        pytest.skip("there is no table of this machine's calls")
    spec = local.started()
    words = local.run(spec, "python3", "-c", TRY).output.split()
    assert words == ["EPERM", "EPERM", "ENOSYS", "EPERM", "EPERM", "fine", "fine", "EAFNOSUPPORT"]
    process = "1" if supervised else "self"
    assert "Seccomp:\t2" in local.shell(spec, f"cat /proc/{process}/status")
