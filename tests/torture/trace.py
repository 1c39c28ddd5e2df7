"""What a server wrote, synced and answered, in the order in which it happened: read from strace."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WRITES = "openat,pwrite64,write,writev,pwritev,ftruncate,fallocate"
NAMES = "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat"
SYNCS = "fsync,fdatasync,sync_file_range,msync"
TRACED = f"{WRITES},{NAMES},{SYNCS},sendto,sendmsg"
MISSING = "需要 strace: the test needs it: apt-get install strace"
_LINE = re.compile(rb"(\d+) +(?:<\.\.\. (\w+) resumed>)?(.*)", re.DOTALL)
_CALL = re.compile(rb"(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
_HANDLE = re.compile(rb"^-?\w+<([^>]*)>")
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_PEER = re.compile(rb"->127\.0\.0\.1:(\d+)\]")
_ANSWER = b"HTTP/1.1 "


@dataclass(frozen=True)
class Event:
    """One thing that the server did. `begun` is where a sync began: later writes are not in it."""

    what: str
    path: str = ""
    to: str = ""
    offset: int = 0
    data: bytes = b""
    port: int = 0
    begun: int = 0


def can_trace() -> bool:
    """Say whether strace is here and the machine lets it work."""
    assert shutil.which("strace"), MISSING
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False)
    return tried.returncode == 0


def recording(log: Path) -> list[str]:
    """The words before a command that make strace write everything to *log*."""
    options = ["-f", "--seccomp-bpf", "-qq", "-yy", "-xx", "-s", "4000000", "-o", str(log)]
    return ["strace", *options, "-e", f"trace={TRACED}", "-e", "signal=none"]


def events(log: Path, folder: Path) -> list[Event]:
    """Everything that touches *folder*, and every beginning of an answer."""
    return list(_Reader(folder).read(log))


def _words(argument: bytes) -> bytes:
    found = _TEXT.search(argument)
    if found is None:
        return b""
    assert not found[2], "a write was longer than the trace keeps"
    return _plain(found[1])


def _plain(text: bytes) -> bytes:
    return bytes.fromhex(text.replace(b"\\x", b"").decode())


def _name(argument: bytes) -> str:
    found = _HANDLE.search(argument)
    return _plain(found[1]).decode() if found and found[1].startswith(b"\\x") else ""


class _Reader:
    """Joins calls that strace wrote in two lines, and turns them into events."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.begun: dict[bytes, tuple[bytes, int]] = {}
        self.count = 0

    def read(self, log: Path) -> Iterator[Event]:
        with log.open("rb") as lines:
            for line in lines:
                event = self._line(line)
                if event is not None:
                    self.count += 1
                    yield event

    def _line(self, line: bytes) -> Event | None:
        found = _LINE.match(line)
        assert found is not None
        pid, resumed, rest = found.groups()
        begun = self.count
        if rest.rstrip().endswith(b"<unfinished ...>"):
            head = rest.rstrip().removesuffix(b"<unfinished ...>")
            self.begun[pid] = (head, self.count)
            return self._answer(head)
        if resumed:
            head, begun = self.begun.pop(pid, (b"", 0))
            if head.startswith((b"sendto", b"sendmsg")):
                return None
            rest = head + rest
        call = _CALL.match(rest)
        if call is None or int(call[3]) < 0:
            return None
        return self._answer(rest) or self._event(call[1].decode(), call[2], int(call[3]), begun)

    def _answer(self, call: bytes) -> Event | None:
        if not call.startswith((b"sendto", b"sendmsg")):
            return None
        peer = _PEER.search(call)
        if peer is None or not _words(call).startswith(_ANSWER):
            return None
        return Event("answer", port=int(peer[1]))

    def _event(self, name: str, arguments: bytes, result: int, begun: int) -> Event | None:
        if name in ("openat", "mkdir", "rename", "unlink"):
            return self._named(name, arguments)
        path = _name(arguments)
        if not path.startswith(self.folder) or name in ("sendto", "sendmsg"):
            return None
        if name in ("fsync", "fdatasync"):
            return Event("sync", path, begun=begun)
        if name == "ftruncate":
            return Event("size", path, offset=int(arguments.rpartition(b",")[2]))
        if name in ("pwrite64", "write"):
            data = _words(arguments.partition(b",")[2])[:result]
            at = int(arguments.rpartition(b",")[2]) if name == "pwrite64" else -1
            return Event("write", path, offset=at, data=data)
        raise AssertionError(f"the replay knows no {name}: {path}")

    def _named(self, name: str, arguments: bytes) -> Event | None:
        paths = [_plain(m[1]).decode() for m in _TEXT.finditer(arguments)]
        if not paths or not paths[0].startswith(self.folder):
            return None
        if name == "openat":
            made = b"O_CREAT" in arguments
            emptied = b"O_TRUNC" in arguments
            return Event("open", paths[0], offset=int(emptied)) if made else None
        return Event(name, paths[0], to=paths[-1] if name == "rename" else "")
