"""The work of one person never travels under the session of another."""

import pytest

from tests.support.actors import Actors
from tests.sync.phone import Phone, compact, through


@pytest.mark.parametrize("path", ["exchange", "digest"])
@pytest.mark.fault(44)
def test_a_phone_that_names_somebody_else_is_refused(actors: Actors, path: str) -> None:
    client = actors.login("inspector")
    body = compact(Phone(through(client)).request())
    other = actors.person("expert").id
    answer = client.post(
        f"/api/sync/v1/{path}",
        data=body,
        content_type="application/json",
        headers={"X-Anxun-User": other},
    )
    assert (answer.status_code, answer.json["code"]) == (403, "client-not-yours")
    assert answer.headers["X-Sync"] == "1"


def test_a_phone_that_names_its_own_person_is_served(actors: Actors) -> None:
    client = actors.login("inspector")
    answer = client.post(
        "/api/sync/v1/exchange",
        data=compact(Phone(through(client)).request()),
        content_type="application/json",
        headers={"X-Anxun-User": actors.person("inspector").id},
    )
    assert answer.status_code == 200
