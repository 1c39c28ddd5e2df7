"""Regions, units, departments, people, and who holds which role where."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced, UnitOwned

TIERS = ("hospital", "township", "community", "village", "clinic", "cdc", "other")


class Region(Synced, Model):
    """A node of the administrative tree; `path` holds the ids from the root, "/a/b/c/"."""

    __tablename__ = "region"
    sync_type = "region"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(400), index=True)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A region travels in its own scope."""
        return {f"region:{get('id')}"}


class Unit(Synced, Model):
    """An inspected organisation."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint(
            "tier IN ('hospital','township','community','village','clinic','cdc','other')",
            name="tier",
        ),
    )
    sync_type = "unit"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    short_name: Mapped[str] = mapped_column(String(60))
    tier: Mapped[str] = mapped_column(String(20), index=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    # Not unique: one licence may name several sites, and each of them is inspected.
    institution_code: Mapped[str | None] = mapped_column(String(27))
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str | None] = mapped_column(String(40))
    beds: Mapped[int | None]
    attributes: Mapped[list[str]] = mapped_column(default=list)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def unit_id(self) -> str:
        """Let a unit stand where a row of a unit is asked for."""
        return self.id

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A unit travels in its own scope and in its region's."""
        return {f"unit:{get('id')}", f"region:{get('region_id')}"}


class Department(UnitOwned, Model):
    """A part of a unit."""

    __tablename__ = "department"
    sync_type = "department"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(String(100))


class Person(Synced, Model):
    """Someone who can log in or be named. `unit_id` is the employer, `region_id` the home."""

    __tablename__ = "person"
    sync_type = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str | None] = mapped_column(String(60))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    phone: Mapped[str | None] = mapped_column(String(40))
    username: Mapped[str | None] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A person is seen by colleagues of the unit and by the region."""
        scopes = {f"user:{get('id')}"}
        if get("unit_id"):
            scopes.add(f"unit:{get('unit_id')}")
        if get("region_id"):
            scopes.add(f"region:{get('region_id')}")
        return scopes


class Role(Model):
    """What a kind of user may do: permissions as data."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    permissions: Mapped[list[str]]


class RoleGrant(Model):
    """A person holds a role on one unit or on one region, from a day until a day."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (region_id IS NULL)", name="one_place"),
        Index("ix_role_grant_person", "person_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(ForeignKey("role.key"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class AccessPass(Model):
    """
    A role on one unit from one moment to another, for a visit or a peer check.

    It is no grant: it stands in no list of roles, moves no row of its holder but their own `me`,
    and ends by itself, by the server's clock.
    """

    __tablename__ = "access_pass"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        Index("ix_access_pass_person", "person_id", "ends_at"),
        Index("ix_access_pass_source", "source_type", "source_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(ForeignKey("role.key"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source_type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str] = mapped_column(String(36))
    revoked_at: Mapped[datetime | None]


class LoginSession(Model):
    """A browser that is logged in. Only the hash of its token is kept."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(String(200), default="")


class LoginAttempt(Model):
    """Failed logins per name and per address: the throttle's memory."""

    __tablename__ = "login_attempt"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class Setting(Model):
    """Small facts of this installation: demo mode, first start, counters' prefixes."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]


class NumberSeries(Model):
    """The last number given out in a series, e.g. hazards of a county in a year."""

    __tablename__ = "number_series"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    last: Mapped[int]
