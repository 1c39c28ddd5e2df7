"""No byte of a package can be changed unseen, and no server's signature hides a change."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from server import create_app
from server.kernel.settings import Settings
from tests.dossier import attacks, visiting
from tests.dossier.forging import Package
from tests.dossier.program import verify
from tests.dossier.visiting import Visit
from tests.support.actors import Actors, World
from tests.support.databases import Databases
from tests.support.isolation import rolled_back

SEED = 20261122
SMALL, SAMPLES = 5000, 600


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for what is made here."""
    folder: Path = tmp_path_factory.mktemp("dossier")
    return create_app(databases.settings(databases.fresh("sqlite"), folder))


@pytest.fixture(scope="module")
def made(server: Flask) -> Package:
    """One package and the server's private key, made once: nothing here asks a database."""
    return package_of(server, visiting.visit_of_two)


@pytest.fixture(scope="module")
def printed(server: Flask) -> Package:
    """One with papers, a refusal among them."""
    return package_of(server, visiting.visit_with_papers)


def package_of(app: Flask, make: Callable[[Actors], Visit]) -> Package:
    with rolled_back(app):
        actors = Actors(World(app))
        visit = make(actors)
        data = visiting.package(actors, visit).getvalue()
    settings: Settings = app.extensions["settings"]
    [file] = (settings.var / "keys").glob("receipt-*.pem")
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return Package.of(data, key, visit)


@pytest.fixture
def package(made: Package) -> Package:
    """The package, to be spoilt."""
    return Package(dict(made.members), made.key, made.visit)


def broken(file: io.BytesIO) -> tuple[str, str, str]:
    with pytest.raises(verify.Broken) as caught:
        verify.check(file)
    return caught.value.where, caught.value.zh, caught.value.en


def test_put_together_again_unchanged_it_is_whole(package: Package) -> None:
    _, notes = verify.check(package.pack())
    assert notes == []


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_what_the_server_signs_again_is_caught_all_the_same(package: Package, name: str) -> None:
    attack, where = attacks.ATTACKS[name]
    attack(package)
    found, zh, en = broken(package.pack())
    assert found.startswith(where), (found, zh, en)
    assert zh
    assert en


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_without_the_servers_key_the_list_tells(package: Package, name: str) -> None:
    attack, _ = attacks.ATTACKS[name]
    before = dict(package.members)
    attack(package)
    changed = {n for n in before | package.members if before.get(n) != package.members.get(n)}
    assert broken(package.pack(sign=False))[0] in changed | {"keys.json", "manifest.json"}


def test_a_photo_that_is_gone_is_told(package: Package) -> None:
    attacks.lose_a_photo(package)
    _, notes = verify.check(package.pack())
    assert ["照片" in zh for zh, _ in notes] == [True]
    assert broken(lost(package))[0].startswith("photos/")


def lost(package: Package) -> io.BytesIO:
    package.pack()
    attacks.lose_a_photo(package)
    return package.pack(sign=False)


def places(data: bytes) -> dict[str, list[int]]:
    """Positions to spoil: every byte of small members and of the ZIP itself, samples of others."""
    chosen: dict[str, list[int]] = {}
    rest = set(range(len(data)))
    dice = random.Random(SEED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            start = info.header_offset + 30 + len(info.filename)
            inside = range(start, start + info.file_size)
            rest -= set(inside)
            many = len(inside) > SMALL
            chosen[info.filename] = dice.sample(inside, SAMPLES) if many else list(inside)
    chosen["ZIP"] = sorted(rest)
    return chosen


@pytest.mark.parametrize("name", attacks.PAPER_ATTACKS)
def test_papers_that_the_server_signs_again_are_caught_all_the_same(
    printed: Package, name: str
) -> None:
    attack, where = attacks.PAPER_ATTACKS[name]
    package = Package(dict(printed.members), printed.key, printed.visit)
    attack(package)
    found, zh, en = broken(package.pack())
    assert found.startswith(where), (found, zh, en)
    assert zh
    assert en


def test_any_flipped_byte_of_papers_is_found(printed: Package) -> None:
    data = Package(dict(printed.members), printed.key, printed.visit).pack().getvalue()
    dice = random.Random(SEED)
    own = {n: at for n, at in places(data).items() if n.startswith("papers")}
    assert len(own) == 4
    for name, positions in own.items():
        for position in dice.sample(positions, 100):
            spoilt = bytearray(data)
            spoilt[position] ^= dice.randrange(1, 256)
            assert broken(io.BytesIO(bytes(spoilt)))[0] == name


def test_any_flipped_byte_is_found_and_its_member_named(made: Package) -> None:
    data = Package(dict(made.members), made.key, made.visit).pack().getvalue()
    dice, tried = random.Random(SEED), 0
    for name, positions in places(data).items():
        for position in positions:
            spoilt = bytearray(data)
            spoilt[position] ^= dice.randrange(1, 256)
            where, zh, _ = broken(io.BytesIO(bytes(spoilt)))
            tried += 1
            assert where == name or name == "ZIP", (name, position, where, zh)
            assert where
    assert tried > 10_000


def test_any_flipped_byte_of_content_is_found_below_the_container(printed: Package) -> None:
    """As if ZIP's own checksums did not exist: the manifest names the member."""
    dice = random.Random(SEED)
    for name, data in printed.members.items():
        if name.startswith("manifest."):
            continue
        for position in dice.sample(range(len(data)), min(len(data), 12)):
            package = Package(dict(printed.members), printed.key, printed.visit)
            spoilt = bytearray(data)
            spoilt[position] ^= dice.randrange(1, 256)
            package.members[name] = bytes(spoilt)
            assert broken(package.pack(sign=False))[0] in (name, "keys.json", "manifest.sig")


@pytest.mark.parametrize("end", [0, 1, 21, 22, 23, 100, 5000, 20000])
def test_a_package_that_is_cut_short_is_not_whole(made: Package, end: int) -> None:
    data = Package(dict(made.members), made.key, made.visit).pack().getvalue()
    broken(io.BytesIO(data[: len(data) - end - 1]))
    broken(io.BytesIO(data + b"\0" * (end + 1)))


def test_an_empty_file_is_no_package() -> None:
    assert broken(io.BytesIO(b""))[0] == "ZIP"
