"""The evidence package: who may take it, what is in it, and that it checks."""

from tests.dossier import visiting
from tests.dossier.program import verify
from tests.support.actors import Actors


def test_an_untouched_package_is_whole(actors: Actors) -> None:
    visit = visiting.visit_of_two(actors)
    counts, notes = verify.check(visiting.package(actors, visit))
    assert notes == []
    assert counts["操作 mutations"] == counts["有手机封签 sealed"] == 11
    assert counts["照片 photos"] == 2
