"""
A disk that is as bad as the standard allows.

A write lasts once the file was synced; a new name, a rename or a deletion once its folder was.
Everything else may be gone after a power cut, or half there.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.trace import Event

SECTOR = 512
FLEETING = "-shm"
Image = dict[str, bytes]


@dataclass(eq=False)
class File:
    """Bytes that last, and what came after them with its number in the trace."""

    lasting: bytes = b""
    pending: list[tuple[int, Event]] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Where an appending write goes."""
        return len(_after(self.lasting, [event for _, event in self.pending]))

    def sync(self, before: int) -> None:
        """Make everything last that was written before this number."""
        done = [event for number, event in self.pending if number < before]
        self.pending = [(number, event) for number, event in self.pending if number >= before]
        self.lasting = _after(self.lasting, done)


def _after(data: bytes, events: list[Event]) -> bytes:
    if not events:
        return data
    whole = bytearray(data)
    for event in events:
        if event.what == "size":
            whole = whole[: event.offset].ljust(event.offset, b"\0")
        else:
            end = event.offset + len(event.data)
            whole.extend(b"\0" * (end - len(whole)))
            whole[event.offset : end] = event.data
    return bytes(whole)


@dataclass(frozen=True, eq=False)
class Renaming:
    """A name that came, went or moved; it lasts once one of the folders was synced."""

    number: int
    old: str
    new: str
    file: File

    def touches(self, folder: str) -> bool:
        """Say whether syncing this folder makes it last."""
        return folder == str(Path(self.new or self.old).parent)


class Disk:
    """The files under one folder while a trace is played to them."""

    def __init__(self, folder: Path) -> None:
        files = [path for path in folder.rglob("*") if path.is_file()]
        self.now = {str(path): File(path.read_bytes()) for path in files}
        self.lasting = dict(self.now)
        made = {path for path in folder.rglob("*") if path.is_dir()}
        self.old_folders = {str(path) for path in (folder, *folder.parents, *made)}
        self.folders = set(self.old_folders)
        self.pending: list[Renaming] = []

    def play(self, number: int, event: Event) -> None:
        """Do what the server did."""
        if event.path.endswith((FLEETING, " (deleted)")) or event.what == "answer":
            return
        getattr(self, f"_{event.what}")(number, event)

    def _open(self, number: int, event: Event) -> None:
        if event.path not in self.now and event.path not in self.folders:
            self._rename_to(number, "", event.path, File())
        if event.offset:
            self._size(number, Event("size", event.path, offset=0))

    def _mkdir(self, number: int, event: Event) -> None:
        self.folders.add(event.path)
        self._rename_to(number, "", event.path, FOLDER)

    def _unlink(self, number: int, event: Event) -> None:
        self._rename_to(number, event.path, "", self.now[event.path])

    def _rename(self, number: int, event: Event) -> None:
        self._rename_to(number, event.path, event.to, self.now[event.path])

    def _rename_to(self, number: int, old: str, new: str, file: File) -> None:
        renaming = Renaming(number, old, new, file)
        _apply(self.now, renaming)
        self.pending.append(renaming)

    def _write(self, number: int, event: Event) -> None:
        file = self.now[event.path]
        offset = file.end if event.offset < 0 else event.offset
        file.pending.append((number, Event("write", event.path, offset=offset, data=event.data)))

    def _size(self, number: int, event: Event) -> None:
        self.now[event.path].pending.append((number, event))

    def _sync(self, number: int, event: Event) -> None:
        if event.path not in self.folders:
            self.now[event.path].sync(event.begun)
            return
        done = [r for r in self.pending if r.number < event.begun and r.touches(event.path)]
        for renaming in done:
            _apply(self.lasting, renaming)
        self.pending = [r for r in self.pending if r not in done]

    def worst(self) -> Image:
        """Everything that was not synced is gone."""
        return self._reachable(self.lasting, {path: f.lasting for path, f in self.lasting.items()})

    def random(self, choice: random.Random) -> Image:
        """Of what was not synced some names and some writes made it, the last one torn."""
        names = dict(self.lasting)
        for renaming in self.pending[: choice.randint(0, len(self.pending))]:
            _apply(names, renaming)
        return self._reachable(names, {path: _some(f, choice) for path, f in names.items()})

    def _reachable(self, names: dict[str, File], contents: Image) -> Image:
        """A file whose folder was lost is lost with it."""
        stand = self.old_folders | {path for path, file in names.items() if file is FOLDER}
        return {
            path: contents[path]
            for path, file in names.items()
            if file is not FOLDER and all(str(p) in stand for p in Path(path).parents)
        }


FOLDER = File(b"folder")


def _apply(names: dict[str, File], renaming: Renaming) -> None:
    names.pop(renaming.old, None)
    if renaming.new:
        names[renaming.new] = renaming.file


def _some(file: File, choice: random.Random) -> bytes:
    kept = [event for _, event in file.pending if choice.random() < 0.5]
    if kept and kept[-1].what == "write":
        torn = choice.randint(0, len(kept[-1].data) // SECTOR) * SECTOR
        kept[-1] = Event("write", offset=kept[-1].offset, data=kept[-1].data[:torn])
    return _after(file.lasting, kept)
