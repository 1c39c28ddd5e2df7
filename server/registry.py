"""The list of features: their blueprints and their commands, one line each."""

from flask import Blueprint, Flask

from server import cli
from server.audit import models as audit_models
from server.authoring import exchange_routes
from server.authoring import models as authoring_models
from server.authoring import routes as authoring_routes
from server.campaigns import models as campaigns_models
from server.campaigns import programme_routes
from server.campaigns import routes as campaigns_routes
from server.custody import models as custody_models
from server.custody import routes as custody_routes
from server.definitions import models as definitions_models
from server.definitions import routes as definitions_routes
from server.dossier import routes as dossier_routes
from server.draws import models as draws_models
from server.draws import public_routes as draws_public_routes
from server.draws import routes as draws_routes
from server.evidence import models as evidence_models
from server.evidence import routes as photo_routes
from server.evidence import tus
from server.experts import company_routes, opinion_routes
from server.experts import models as experts_models
from server.experts import routes as experts_routes
from server.flags import models as flags_models
from server.flags import routes as flags_routes
from server.hazards import models as hazards_models
from server.hazards import routes as hazards_routes
from server.insight import peer_agreement
from server.insight import routes as insight_routes
from server.inspections import joint_routes
from server.inspections import models as inspections_models
from server.inspections import routes as inspections_routes
from server.locations import models as locations_models
from server.locations import routes as locations_routes
from server.locations import tag_routes
from server.org import auth_routes, people_routes
from server.org import models as org_models
from server.org import routes as org_routes
from server.papers import models as papers_models
from server.papers import routes as papers_routes
from server.peers import models as peers_models
from server.peers import routes as peers_routes
from server.planning import routes as planning_routes
from server.presence import models as presence_models
from server.presence import routes as presence_routes
from server.reports import (
    citation_routes,
    gap_routes,
    label_routes,
    opinion_sheet_routes,
    paper_routes,
    peer_routes,
    table_routes,
    visit_routes,
)
from server.reports import draw_routes as draw_paper_routes
from server.reports import routes as reports_routes
from server.rescue import models as rescue_models
from server.rescue import phone_routes
from server.rescue import routes as rescue_routes
from server.sync import models as sync_models
from server.sync import problems_routes
from server.sync import routes as sync_routes
from server.tips import models as tips_models
from server.tips import public_routes as public_tips_routes
from server.tips import routes as tips_routes
from server.visits import models as visits_models
from server.visits import routes as visits_routes

MODELS = [
    audit_models,
    org_models,
    definitions_models,
    locations_models,
    flags_models,
    custody_models,
    evidence_models,
    hazards_models,
    tips_models,
    experts_models,
    campaigns_models,
    inspections_models,
    draws_models,
    presence_models,
    papers_models,
    authoring_models,
    peers_models,
    visits_models,
    sync_models,
    rescue_models,
]

BLUEPRINTS: list[Blueprint] = [
    auth_routes.bp,
    org_routes.bp,
    people_routes.bp,
    locations_routes.bp,
    tag_routes.bp,
    citation_routes.bp,
    label_routes.bp,
    definitions_routes.bp,
    authoring_routes.bp,
    exchange_routes.bp,
    hazards_routes.bp,
    tips_routes.bp,
    public_tips_routes.bp,
    campaigns_routes.bp,
    programme_routes.bp,
    programme_routes.calendar_bp,
    planning_routes.campaign_bp,
    planning_routes.bp,
    inspections_routes.bp,
    papers_routes.bp,
    presence_routes.bp,
    paper_routes.bp,
    peers_routes.bp,
    peer_routes.bp,
    reports_routes.bp,
    table_routes.bp,
    joint_routes.bp,
    insight_routes.bp,
    peer_agreement.bp,
    gap_routes.bp,
    opinion_sheet_routes.bp,
    experts_routes.bp,
    company_routes.bp,
    opinion_routes.bp,
    opinion_routes.me_bp,
    draws_routes.bp,
    draws_public_routes.bp,
    draw_paper_routes.bp,
    sync_routes.bp,
    rescue_routes.bp,
    rescue_routes.key_bp,
    phone_routes.bp,
    problems_routes.bp,
    flags_routes.bp,
    custody_routes.bp,
    visits_routes.bp,
    visits_routes.keys_bp,
    visit_routes.bp,
    dossier_routes.bp,
    photo_routes.bp,
    tus.bp,
]


def register_commands(app: Flask) -> None:
    """Add the command groups of `flask`."""
    for group in cli.GROUPS:
        app.cli.add_command(group)
