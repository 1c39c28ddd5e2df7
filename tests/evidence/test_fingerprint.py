"""The fingerprint: robust to what people do to a picture, silent about empty scenes."""

import statistics
from itertools import combinations, permutations
from pathlib import Path

import pytest
from PIL import Image

from server.evidence import drawing, fingerprint
from tests.evidence.conftest import Examined
from tests.evidence.scenes import BAND, CHANGES, DEMO, DETAILS, coded, empty, scene, stamped

ASKED = (*fingerprint.ASKED, "mirrored")
ALIKE = fingerprint.RULES["alike"]["photo-reused"]
Views = dict[str, int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenes")


def seen(folder: Path, image: Image.Image) -> Views:
    """The fingerprint as the queue takes it: of the small picture of the stored bytes."""
    source, target = folder / "source.jpg", folder / "small.jpg"
    source.write_bytes(coded(image))
    drawing.draw(source, target)
    return fingerprint.views_of(target)


def apart(one: Views, other: Views) -> int:
    """The distance that the search would find; 64 where one has no fingerprint."""
    pairs = [
        (one[asked], other[view]) for asked in ASKED for view in fingerprint.VIEWS if one and other
    ]
    return min((fingerprint.distance(*pair) for pair in pairs), default=64)


def taken() -> list[Image.Image]:
    """Photographs of the demo and rooms of the dice, each with the app's band."""
    photographs = [Image.open(path).convert("RGB") for path in DEMO]
    return [stamped(image) for image in (*photographs, *(scene(n) for n in range(5)))]


def test_what_people_do_to_a_picture_does_not_hide_it(folder: Path, examined: Examined) -> None:
    originals = taken()
    known = [seen(folder, image) for image in originals]
    far: dict[str, list[int]] = {}
    for name, change in CHANGES.items():
        for image, views in zip(originals, known, strict=True):
            far.setdefault(name, []).append(apart(seen(folder, change(image)), views))
    missed = {name: [d for d in all_ if d > ALIKE] for name, all_ in far.items()}
    total = sum(map(len, far.values()))
    lost = sum(map(len, missed.values()))
    examined(total, f"changed pictures, {lost} of them not recognised")
    assert lost / total < 0.03, {name: all_ for name, all_ in missed.items() if all_}
    for name in ("saved again", "half as large", "with another band", "written over"):
        assert missed[name] == [], name


def test_pictures_of_different_scenes_are_far_apart(folder: Path, examined: Examined) -> None:
    photographs = [path for path in DEMO if path.stem not in DETAILS]
    images = [Image.open(path).convert("RGB") for path in photographs]
    known = [seen(folder, stamped(image)) for image in (*images, *(scene(n) for n in range(40)))]
    far = [apart(one, other) for one, other in permutations(known, 2)]
    wrong = sum(d <= ALIKE for d in far)
    examined(len(far), f"pairs of different scenes, {wrong} of them taken for one")
    assert wrong == 0, sorted(far)[:5]
    assert statistics.median(far) > 16


EMPTY = {
    "black frame": lambda n: empty(n, 4, 6),
    "black frame with hot grain": lambda n: empty(n, 12, 40),
    "white wall": lambda n: empty(n, 225, 10),
    "grey wall": lambda n: empty(n, 120, 20),
    "wall with light in its middle": lambda n: empty(n, 180, 10, shade=90),
    "wall with much light in its middle": lambda n: empty(n, 150, 20, shade=140),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_scene_has_no_fingerprint_even_with_the_band(folder: Path, name: str) -> None:
    for seed in range(5):
        assert seen(folder, stamped(EMPTY[name](seed))) == {}
        assert seen(folder, EMPTY[name](seed)) == {}


def test_the_band_makes_no_two_pictures_alike(folder: Path) -> None:
    rooms = [seen(folder, stamped(scene(n), BAND)) for n in range(40)]
    assert min(apart(*pair) for pair in combinations(rooms, 2)) > ALIKE


def test_every_fingerprint_within_reach_shares_a_band_up_to_two_bits() -> None:
    import random

    dice = random.Random(7)
    for _ in range(300):
        bits = dice.getrandbits(63)
        other = bits
        for place in dice.sample(range(63), fingerprint.SURE):
            other ^= 1 << place
        pairs = zip(
            fingerprint.bands(bits), fingerprint.bands(other), fingerprint.BANDS, strict=True
        )
        assert any(theirs in set(fingerprint.near(mine, width)) for mine, theirs, width in pairs)
    assert max(fingerprint.RULES["alike"].values()) <= fingerprint.SURE


def test_a_band_is_cut_without_losing_a_bit() -> None:
    assert sum(fingerprint.BANDS) >= 63
    bits = (1 << 63) - 1
    assert sum(piece.bit_count() for piece in fingerprint.bands(bits)) == 63
