"""Publishing checklists and handing them out."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.definitions import queries, service
from server.definitions.load import DefinitionsBroken
from server.definitions.models import DefinitionVersion
from server.kernel import clock
from server.kernel.db import db
from server.kernel.settings import ROOT
from tests.factories.definitions import WARD, make_definition
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two of our own checklists with their words."""
    for name in ("fire", "gas", "attributes", "categories"):
        shutil.copy(ROOT / "checklists" / f"{name}.json", tmp_path)
    for name in ("basis", "criteria"):
        shutil.copytree(ROOT / "checklists" / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, **fields: Any) -> None:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields, ensure_ascii=False))


def test_the_first_publication_takes_all_and_the_second_none(app: Flask, folder: Path) -> None:
    added = service.publish(folder).added
    lists = [f"criteria-{path.stem}" for path in sorted((folder / "criteria").glob("*.json"))]
    assert added == ("fire", "gas", "attributes", "categories", *lists, "basis")
    assert service.publish(folder).added == ()
    assert db.session.query(DefinitionVersion).count() == len(added)


def test_a_changed_file_is_a_new_version_beside_the_old(
    app: Flask, folder: Path, clock: FrozenClock
) -> None:
    service.publish(folder)
    old = {row.hash: row.body for row in db.session.query(DefinitionVersion)}
    clock.move(days=1)
    change(folder, "gas", minutes=41)
    assert service.publish(folder).added == ("gas",)
    now = {row.hash: row.body for row in db.session.query(DefinitionVersion)}
    assert old.items() <= now.items()
    assert len(now) == len(old) + 1


def test_layout_and_order_of_keys_make_no_new_version(app: Flask, folder: Path) -> None:
    service.publish(folder)
    path = folder / "gas.json"
    content = dict(reversed(json.loads(path.read_text()).items()))
    path.write_text(json.dumps(content, indent=7))
    assert service.publish(folder).added == ()


def test_a_broken_folder_publishes_nothing(app: Flask, folder: Path) -> None:
    change(folder, "gas", minutes=0)
    with pytest.raises(DefinitionsBroken):
        service.publish(folder)
    assert db.session.query(DefinitionVersion).count() == 0


def test_the_manifest_names_the_newest_version_in_force(app: Flask, clock: FrozenClock) -> None:
    make_definition()
    clock.move(days=1)
    wanted = make_definition(minutes=20)
    make_definition(minutes=30, effective_from="2027-01-01")
    [entry] = queries.manifest(clock().date())["definitions"]
    assert (entry["key"], entry["hash"], entry["minutes"]) == ("ward", wanted.hash, 20)
    assert entry["bytes"] == len(wanted.body.encode())


def test_before_any_is_in_force_the_newest_is_offered(app: Flask) -> None:
    only = make_definition(effective_from="2027-01-01")
    assert [row.hash for row in queries.current_checklists(clock.today())] == [only.hash]


def test_the_manifests_mark_changes_with_its_content_alone(client: AppClient, app: Flask) -> None:
    make_definition()
    first = client.get("/api/ref/manifest")
    again = client.get("/api/ref/manifest.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_definition(WARD, key="kitchen")
    assert client.get("/api/ref/manifest").json["etag"] != first.json["etag"]


def test_a_definition_is_the_very_bytes_of_its_hash(client: AppClient, app: Flask) -> None:
    row = make_definition()
    answer = client.get(f"/api/ref/definitions/{row.hash}")
    assert hashlib.sha256(answer.data).hexdigest() == row.hash
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "application/json"
    mark = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/api/ref/definitions/{row.hash}", headers=mark).status_code == 304


def test_an_unknown_hash_is_absent(client: AppClient) -> None:
    assert client.get(f"/api/ref/definitions/{'0' * 64}").status_code == 404


def test_answer_types_are_handed_out(client: AppClient) -> None:
    told = client.get("/api/ref/answer-types.json").json
    assert {"pass-fail-na", "number"} <= {kind["name"] for kind in told["types"]}


def test_the_manifest_costs_the_same_for_many_versions(
    client: AppClient, app: Flask, queries: Callable[[], Any]
) -> None:
    costs = []
    for number in range(2):
        for minutes in range(5):
            make_definition(minutes=10 * number + minutes + 1)
        db.session.commit()
        with queries() as seen:
            assert client.get("/api/ref/manifest").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 3, str(seen)


def test_setting_up_twice_changes_nothing(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    db.session.commit()
    first = runner.invoke(args=["setup"])
    assert first.exit_code == 0, first.output
    second = runner.invoke(args=["setup"])
    assert "definitions published: none" in second.output


def test_our_checklists_are_examined_and_sound(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["definitions", "check"])
    assert told.exit_code == 0, told.output
    assert int(told.output.split()[0]) > 0
