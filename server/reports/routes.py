"""Reports over HTTP."""

from typing import Any

from server.access.rules import Actor, Permission
from server.kernel import clock
from server.reports.overview import overview
from server.web.api import ApiBlueprint

bp = ApiBlueprint("reports", __name__, url_prefix="/api")


@bp.get("/overview", permission=Permission.ORG_READ)
def get_overview(actor: Actor) -> dict[str, Any]:
    """Return the desk's numbers; whoever may read nothing gets none."""
    return {"as_of": clock.now_ms(), **overview(actor, clock.today())}
