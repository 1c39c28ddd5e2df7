"""The planning desk, and how far campaigns have come, over HTTP."""

import tempfile
from collections.abc import Callable
from typing import IO, Any

from flask import Response, current_app
from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.campaigns import calendars
from server.campaigns.programmes import get_campaign
from server.campaigns.wire import attendance_data
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.paging import Page
from server.kernel.settings import Settings
from server.org.models import Person, Unit
from server.planning import attendance, behind, coverage
from server.planning.behind import Part
from server.planning.board import Span, board
from server.planning.coverage_sheet import TITLE, SheetOrder, write_coverage
from server.planning.hints import Plan, hints
from server.planning.plan_paper import plan_data, render_plan
from server.planning.schemas import (
    BoardArguments,
    CoverageArguments,
    HintArguments,
    RecordArguments,
    SliceArguments,
    UnitArguments,
)
from server.planning.units_sheet import TITLES, UnitsOrder, write_units
from server.reports.downloads import XLSX, download
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("planning", __name__, url_prefix="/api/planning")
campaign_bp = ApiBlueprint("campaign-progress", __name__, url_prefix="/api/campaigns")
Data = dict[str, Any]


def _span() -> Span:
    args = query(BoardArguments)
    calendars.require_span(args.first, args.last)
    return Span(args.first, args.last)


@bp.get("", permission=Permission.CAMPAIGNS_READ)
def get_board(actor: Actor) -> Data:
    """Return everything the planning desk shows."""
    return board(actor, _span(), clock.today())


@bp.get("/hints", permission=Permission.CAMPAIGNS_READ)
def get_hints(actor: Actor) -> Data:
    """Say what speaks against a plan."""
    args = query(HintArguments)
    return hints(actor, Plan(args.unit_ids, args.person_ids, args.on, args.mode))


@bp.get("/plan.pdf", permission=Permission.CAMPAIGNS_READ, transactional=False)
def get_plan(actor: Actor) -> Response:
    """Return the open tasks of some days as PDF; sealed visits are no tasks yet."""
    span = _span()
    settings: Settings = current_app.extensions["settings"]
    with transaction(write=False):
        data = plan_data(actor, span, clock.now(), demo=settings.demo)
    response = Response(render_plan(data), mimetype="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename=plan.pdf"
    response.headers["Cache-Control"] = "no-store"
    return response


@campaign_bp.get("/<campaign_id>/progress", permission=Permission.CAMPAIGNS_READ)
def get_progress(actor: Actor, campaign_id: str) -> Data:
    """Return how far a campaign has come."""
    return coverage.progress(actor, get_campaign(actor, campaign_id), clock.today())


@campaign_bp.get("/<campaign_id>/coverage", permission=Permission.CAMPAIGNS_READ)
def get_coverage(actor: Actor, campaign_id: str) -> Data:
    """Return the coverage matrix of a campaign."""
    args = query(CoverageArguments)
    campaign = get_campaign(actor, campaign_id)
    return coverage.coverage(actor, campaign, every=args.every, planned=args.planned)


@campaign_bp.get("/<campaign_id>/coverage.xlsx", permission=Permission.CAMPAIGNS_READ)
def export_coverage(actor: Actor, campaign_id: str) -> Response:
    """Hand out the matrix as a workbook."""
    args = query(CoverageArguments)
    campaign = get_campaign(actor, campaign_id)
    settings: Settings = current_app.extensions["settings"]
    order = SheetOrder(actor, campaign, args.every, args.planned, clock.now(), settings.demo)
    return _workbook(lambda file: write_coverage(order, file), TITLE)


def _workbook(write: Callable[[IO[bytes]], object], title: str) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{title}_{clock.today()}.xlsx")


def _part(actor: Actor, campaign_id: str, args: SliceArguments) -> Part:
    return Part(get_campaign(actor, campaign_id), args.every, args.wanted())


@campaign_bp.get("/<campaign_id>/records", permission=Permission.CAMPAIGNS_READ)
def list_records(actor: Actor, campaign_id: str) -> Page:
    """Return the records that a number of the matrix counts."""
    args = query(RecordArguments)
    leaf = behind.Leaf(args.cursor, args.limit, args.q)
    return behind.records(actor, _part(actor, campaign_id, args), leaf)


@campaign_bp.get("/<campaign_id>/units", permission=Permission.CAMPAIGNS_READ)
def list_units(actor: Actor, campaign_id: str) -> Data:
    """Return the units that have records in a part of the matrix, or those that have none."""
    args = query(UnitArguments)
    return behind.units(actor, _part(actor, campaign_id, args), visited=args.visited)


@campaign_bp.get("/<campaign_id>/units.xlsx", permission=Permission.CAMPAIGNS_READ)
def export_units(actor: Actor, campaign_id: str) -> Response:
    """Hand the same units out as a workbook."""
    args = query(UnitArguments)
    settings: Settings = current_app.extensions["settings"]
    part = _part(actor, campaign_id, args)
    order = UnitsOrder(actor, part, args, clock.now(), settings.demo)
    return _workbook(lambda file: write_units(order, file), TITLES[args.visited])


@campaign_bp.get("/<campaign_id>/attendances", permission=Permission.CAMPAIGNS_READ)
def list_attendances(actor: Actor, campaign_id: str) -> Data:
    """Return who led visits of the campaign, with what speaks for it."""
    campaign = get_campaign(actor, campaign_id)
    rows = attendance.attendances_of(actor, campaign.id)
    people = select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))
    units = select(Unit.id, Unit.name).where(Unit.id.in_({row.unit_id for row in rows}))
    names = {row.id: row.name for row in [*db.session.execute(people), *db.session.execute(units)]}
    days = attendance.held_that_day(rows)
    items = [
        attendance_data(row)
        | {"person_name": names[row.person_id], "unit_name": names[row.unit_id]}
        | {"that_day": days.get(row.id)}
        for row in rows
    ]
    return {"items": items}
