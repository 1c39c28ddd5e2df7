"""The evidence package: who may take it, what is in it, and that it checks."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit import checking
from server.audit.models import AuditEntry
from server.custody import keys
from server.custody.models import ServerKey
from server.dossier import chains, container, excerpt, papers
from server.evidence.models import Photo
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.ops.paths import ROOT
from server.reports.render.pdf import RenderTimeout
from tests.dossier import visiting
from tests.dossier.program import verify
from tests.dossier.visiting import Visit
from tests.support.actors import Actors


@pytest.fixture
def visit(actors: Actors) -> Visit:
    """A submitted visit of two."""
    return visiting.visit_of_two(actors)


def lines(data: bytes, name: str) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def notes_of(actors: Actors, visit: Visit) -> list[str]:
    return [en for _, en in verify.check(visiting.package(actors, visit))[1]]


def test_an_untouched_package_is_whole(actors: Actors, visit: Visit) -> None:
    counts, notes = verify.check(visiting.package(actors, visit))
    assert notes == []
    assert counts["操作 mutations"] == counts["有手机封签 sealed"] == 11
    assert counts["照片 photos"] == 2
    assert counts["答案 answers"] == 3


def test_papers_are_in_it_with_their_marks_and_prints(actors: Actors) -> None:
    """A record, its correction, and a notice that was refused when all was submitted."""
    visit = visiting.visit_with_papers(actors)
    data = visiting.package(actors, visit)
    counts, notes = verify.check(data)
    assert notes == []
    assert (counts["文书 papers"], counts["照片 photos"]) == (3, 3)
    with zipfile.ZipFile(io.BytesIO(data.getvalue())) as archive:
        told = json.loads(archive.read("papers.json"))
        names = archive.namelist()
        for paper in told["papers"]:
            head = paper["head"]
            assert archive.read(f"papers/{head['code']}.pdf").startswith(b"%PDF-")
    heads = sorted((p["head"] for p in told["papers"]), key=lambda h: (h["number"], h["edition"]))
    [notice, first, second] = heads
    assert (first["replaced_by_id"], second["replaces_id"]) == (second["id"], first["id"])
    assert notice["outcome"] == "refused"
    [photo] = told["photos"]
    assert f"photos/{photo['sha256']}.jpg" in names
    assert "拒绝" not in told["papers"][0]["body"]
    assert data.getvalue() == visiting.package(actors, visit).getvalue()


def test_a_paper_that_cannot_be_printed_is_there_by_its_text(
    actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise RenderTimeout()

    visit = visiting.visit_with_papers(actors)
    monkeypatch.setattr(papers, "render_paper", fails)
    data = visiting.package(actors, visit)
    assert verify.check(data)[0]["文书 papers"] == 3
    with zipfile.ZipFile(io.BytesIO(data.getvalue())) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".pdf")]


def test_two_packages_of_one_state_are_the_same_bytes(actors: Actors, visit: Visit) -> None:
    one, other = (visiting.package(actors, visit).getvalue() for _ in range(2))
    assert one == other


def test_any_program_opens_it(actors: Actors, visit: Visit) -> None:
    answer = visiting.fetch(actors, "bureau_office", visit.id)
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert tuple(archive.namelist()[:13]) == verify.FIRST + verify.OTHERS
        assert archive.read("verify.py") == (ROOT / "tools" / "verify.py").read_bytes()
        assert "安平县人民医院" in archive.read("README.txt").decode()


def test_what_was_said_elsewhere_is_told_as_digests_alone(actors: Actors, visit: Visit) -> None:
    data = visiting.package(actors, visit).getvalue()
    elsewhere = {e["id"] for e in visit.lead.acked.values() if visit.id not in json.dumps(e)}
    assert len(elsewhere) == 3
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(one.encode() in whole for one in elsewhere)


ALLOWED = {
    "administrator": 404,
    "bureau_office": 200,
    "inspector": 200,  # leads it
    "expert": 403,  # was there
    "unit_head": 403,
    "safety_officer": 403,
    "read_only": 403,
    "staff": 404,
    "guest": 404,
}


def test_only_the_office_and_its_lead_take_it(actors: Actors, visit: Visit) -> None:
    got = {role: visiting.fetch(actors, role, visit.id).status_code for role in ALLOWED}
    assert got == ALLOWED
    taken = db.session.scalars(
        select(AuditEntry.actor_name).where(AuditEntry.action == excerpt.EXPORT)
    )
    assert sorted(taken) == ["周局办", "王检查"]


def test_of_a_draft_there_is_no_package(actors: Actors, visit: Visit) -> None:
    actors.login("bureau_office").post(
        f"/api/inspections/{visit.id}/reopen", json={"reason": "补充"}
    )
    answer = visiting.fetch(actors, "inspector", visit.id)
    assert (answer.status_code, answer.json["code"]) == (409, "dossier-of-draft")
    assert visiting.fetch(actors, "bureau_office", ids.new_id()).status_code == 404


def test_a_package_beyond_the_format_is_refused_before_it_is_sent(
    actors: Actors, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "MOST_BYTES", 1000)
    answer = visiting.fetch(actors, "bureau_office", visit.id)
    assert (answer.status_code, answer.json["code"]) == (409, "dossier-too-large")


def test_what_comes_after_the_submission_changes_no_receipt(actors: Actors, visit: Visit) -> None:
    """The hazard goes on, the lead works elsewhere: package larger, record the same."""
    visit.lead.write("hazard.comment", {"id": visit.hazard, "note": "已复查", "photos": []})
    visit.lead.sync()
    counts, notes = verify.check(visiting.package(actors, visit))
    assert notes == []
    assert counts["操作 mutations"] == 12


def test_a_record_opened_and_submitted_again_is_whole(actors: Actors, visit: Visit) -> None:
    office = actors.login("bureau_office")
    office.post(f"/api/inspections/{visit.id}/reopen", json={"reason": "补充"})
    visit.lead.sync()
    visit.lead.answer(visit.id, "ward.rules.drill", result="pass")
    visiting.sign(visit.lead, visit.id, "inspector", "王检查")
    visit.lead.write("inspection.submit", {"inspection": visit.id, "submitted_at": clock.now_ms()})
    visit.lead.sync()
    counts, notes = verify.check(visiting.package(actors, visit))
    assert counts["回执 receipts"] == 4
    assert notes == []


def test_a_photo_whose_bytes_never_came_is_told(actors: Actors, visit: Visit, app: Flask) -> None:
    photo = db.session.get_one(Photo, visit.photos[0])
    app.extensions["store"].remove(photo.sha256)
    assert notes_of(actors, visit) == [f"the bytes of photo {photo.id} are not in the package"]


def test_bytes_damaged_in_the_store_are_found(actors: Actors, visit: Visit, app: Flask) -> None:
    photo = db.session.get_one(Photo, visit.photos[0])
    path = app.extensions["store"].path(photo.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(verify.Broken) as caught:
        verify.check(visiting.package(actors, visit))
    assert caught.value.where == f"photos/{photo.sha256}.jpg"


def test_a_row_changed_in_the_database_is_found(actors: Actors, visit: Visit) -> None:
    db.session.get_one(Inspection, visit.id).summary = "没有问题"
    db.session.commit()
    with pytest.raises(verify.Broken) as caught:
        verify.check(visiting.package(actors, visit))
    assert caught.value.where == "record.json"


def test_refused_work_is_in_it_and_told(actors: Actors, visit: Visit) -> None:
    visit.other.answer(visit.id, "ward.rules.drill", result="pass")
    visit.other.sync()
    [note] = notes_of(actors, visit)
    assert note.startswith("1 mutations did not take effect")


def test_work_of_a_phone_without_a_key_is_told(actors: Actors) -> None:
    """An old phone: everything arrives, nothing is sealed."""
    visit = visiting.visit_of_two(actors, sealed=False)
    counts, [(zh, en)] = verify.check(visiting.package(actors, visit))
    assert counts["有手机封签 sealed"] == 0
    assert "11 项操作没有手机封签" in zh
    assert en.startswith("11 mutations carry no device's seal")


def test_a_push_that_came_again_in_part_is_sealed_all_the_same(actors: Actors) -> None:
    """The answer to the first push is lost; the phone sends it once more with new work."""
    visit = visiting.visit_of_two(actors, lose=True)
    counts, notes = verify.check(visiting.package(actors, visit))
    assert notes == []
    assert counts["有手机封签 sealed"] == 11


def test_far_apart_the_chain_is_in_pieces(
    actors: Actors, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = next(e for e in visit.lead.acked.values() if e["mid"] == 1)["args"]["id"]
    for number in range(12):
        visit.lead.answer(elsewhere, "ward.room.exit", note=f"{number}")
        visit.lead.sync()
    visit.lead.write("hazard.comment", {"id": visit.hazard, "note": "复查", "photos": []})
    visit.lead.sync()
    monkeypatch.setattr(chains, "BRIDGE", 5)
    monkeypatch.setattr(excerpt, "BRIDGE", 2)
    data = visiting.package(actors, visit)
    assert verify.check(data)[1] == []
    pieces = [p["client"] for p in lines(data.getvalue(), "chain.jsonl")]
    assert pieces.count(visit.lead.client) == 2
    assert sum("from" in line for line in lines(data.getvalue(), "audit.jsonl")) >= 1


def test_the_log_reaches_to_its_signed_end(actors: Actors, visit: Visit) -> None:
    checking.sign_head(keys.sign)
    db.session.commit()
    data = visiting.package(actors, visit)
    assert verify.check(data)[1] == []
    assert "head" in lines(data.getvalue(), "audit.jsonl")[-1]


def test_the_program_answers_in_plain_words(actors: Actors, visit: Visit, tmp_path: Path) -> None:
    data = visiting.package(actors, visit).getvalue()
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(data)
    bad.write_bytes(data.replace("三处没有".encode(), "四处没有".encode(), 1))
    key = db.session.scalars(select(ServerKey.id).where(ServerKey.use == "receipt")).one()
    assert run(good)[0] == 0
    assert "密钥取自包内" in run(good)[1]
    assert "密钥取自包内" not in run(good, "--key", key)[1]
    code, said = run(bad)
    assert code == 1
    assert "不完好 BROKEN: mutations.jsonl" in said or "不完好 BROKEN: hazards.json" in said
    assert run(good, "--key", "0" * 32)[0] == 1
    assert run(tmp_path / "nothing.zip")[0] == 2


def run(*words: object) -> tuple[int, str]:
    """verify.py by itself, away from the project."""
    command = [sys.executable, "-I", str(ROOT / "tools" / "verify.py"), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def test_a_contradiction_that_the_lead_decided_is_whole(actors: Actors) -> None:
    """Two phones disagree without a signal; the lead decides; a change of that is found."""
    visit = visiting.visit_of_two(actors, dispute=True)
    data = visiting.package(actors, visit)
    assert verify.check(data)[1] == []
    with zipfile.ZipFile(io.BytesIO(data.getvalue())) as archive:
        [conflict] = json.loads(archive.read("record.json"))["conflicts"]
    assert (conflict["state"], conflict["resolution"]["v"]) == ("resolved", "fail")
