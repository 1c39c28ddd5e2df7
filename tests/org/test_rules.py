"""Passwords, names, waits and who may hand out what: without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access.rules import Actor, Grant, Permission
from server.kernel.errors import Problem
from server.org.rules import (
    NAME,
    PAIR,
    BadUsername,
    NameMissing,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    RoleBeyondReach,
    StaleRevision,
    holds,
    normal_password,
    normal_username,
    require_good_password,
    require_good_username,
    require_name,
    require_reach,
    require_rev,
    session_end,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
COMMON = frozenset({"qwertyuiop123", "woaini5201314"})


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("kurz", PasswordTooShort),
        ("九个字的密码太短了", PasswordTooShort),
        ("x" * 129, PasswordTooLong),
        ("aaaaaaaaaaaa", PasswordTooCommon),
        ("ababababab", PasswordTooCommon),
        ("1234567890", PasswordTooCommon),
        ("abcdefghijkl", PasswordTooCommon),
        ("QwertyUIOP123", PasswordTooCommon),
        ("woaini-520-1314", PasswordTooCommon),
        ("zhangwei1990", PasswordTooCommon),
        ("20260101zhangwei", PasswordTooCommon),
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        require_good_password(password, common=COMMON, personal=["zhangwei"])


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "十个汉字就是好密码了呀",
        "zhangwei has a dog",
        "a1!Z" * 20,
        "pass phrase 77",
    ],
)
def test_long_enough_is_good_enough_without_kinds_of_characters(password: str) -> None:
    require_good_password(password, common=COMMON, personal=["zhangwei", "张伟"])


def test_composed_and_decomposed_input_are_one_password() -> None:
    assert normal_password("ma\u0301 ma\u0301 ma\u0301") == normal_password("m\xe1 m\xe1 m\xe1")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zhang.Wei", "zhang.wei"),
        (" ＺＨＡＮＧ ", "zhang"),
        ("张伟", "张伟"),
        ("\u212aim", "kim"),
        ("straße", "strasse"),
    ],
)
def test_a_user_name_has_one_form(typed: str, kept: str) -> None:
    assert require_good_username(typed) == kept
    assert normal_username(normal_username(typed)) == normal_username(typed)


@pytest.mark.parametrize("typed", ["", "x", "two words", "a" * 61, "a\u202eb", "<b>", "-ab", "%_"])
def test_a_user_name_that_cannot_be_typed_is_refused(typed: str) -> None:
    with pytest.raises(BadUsername):
        require_good_username(typed)


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "x" * 61])
def test_a_name_needs_a_visible_character_and_fits_a_line(name: str) -> None:
    with pytest.raises(NameMissing):
        require_name(name, 60)


@pytest.mark.parametrize("name", ["㛃䶮", "𬎆", "买买提·艾力", "བཀྲ་ཤིས"])
def test_rare_names_are_names(name: str) -> None:
    assert require_name(name, 60) == name


@given(st.integers(0, 10_000))
def test_a_wait_grows_and_never_passes_its_limit(failures: int) -> None:
    wait = PAIR.wait(failures)
    assert timedelta() <= wait <= PAIR.wait(failures + 1) <= timedelta(seconds=PAIR.longest)
    assert (wait == timedelta()) == (failures <= PAIR.free)


def test_a_stranger_cannot_lock_somebody_out_for_long() -> None:
    assert NAME.wait(10_000) <= timedelta(minutes=1)


def test_failures_are_forgotten_after_a_quiet_while() -> None:
    assert PAIR.remembered(9, NOON, NOON + timedelta(minutes=59)) == 9
    assert PAIR.remembered(9, NOON, NOON + timedelta(minutes=61)) == 0


def test_a_session_in_use_slides_but_not_for_ever() -> None:
    assert session_end(NOON, NOON) == NOON + timedelta(days=30)
    assert session_end(NOON, NOON + timedelta(days=29)) == NOON + timedelta(days=59)
    assert session_end(NOON, NOON + timedelta(days=80)) == NOON + timedelta(days=90)


def test_a_change_on_an_old_version_is_refused_and_told_the_present_one() -> None:
    require_rev(3, 3)
    with pytest.raises(StaleRevision) as refused:
        require_rev(4, 3)
    assert refused.value.extras == {"rev": 4}


def _actor(*permissions: Permission, unit: str | None = None) -> Actor:
    region_ids = frozenset() if unit else frozenset({"county", "town"})
    grant = Grant("r", frozenset(permissions), unit, None if unit else "county", region_ids)
    return Actor("me", "我", (grant,))


P = Permission


@pytest.mark.parametrize(
    ("actor", "role", "unit_id", "region_id", "allowed"),
    [
        (_actor(P.PEOPLE_MANAGE), [P.HAZARDS_RECTIFY], "u", "town", True),
        (_actor(P.PEOPLE_MANAGE), [P.HAZARDS_RECTIFY], None, "county", True),
        (_actor(P.PEOPLE_MANAGE), [P.HAZARDS_RECTIFY], "u", "elsewhere", False),
        (_actor(P.PEOPLE_MANAGE), [P.SYSTEM_ADMIN], None, "county", False),
        (_actor(P.PEOPLE_MANAGE), [P.ORG_MANAGE], None, "county", False),
        (_actor(P.PEOPLE_MANAGE, P.ORG_MANAGE), [P.ORG_MANAGE], None, "county", True),
        (_actor(P.SYSTEM_ADMIN), [], None, "county", False),
        (_actor(P.PEOPLE_MANAGE, unit="u"), [], "u", "town", True),
        (_actor(P.PEOPLE_MANAGE, unit="u"), [], "v", "town", False),
        (_actor(P.PEOPLE_MANAGE, unit="u"), [], None, "town", False),
    ],
)
def test_nobody_hands_out_more_than_they_hold(
    actor: Actor, role: list[Permission], unit_id: str | None, region_id: str, allowed: bool
) -> None:
    if allowed:
        require_reach(actor, role, unit_id, region_id)
        assert holds(actor, P.PEOPLE_MANAGE, unit_id, region_id)
    else:
        with pytest.raises(RoleBeyondReach):
            require_reach(actor, role, unit_id, region_id)
