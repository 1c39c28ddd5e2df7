"""People of other agencies in a visit, over HTTP."""

from typing import Any

from pydantic import Field

from server.access.rules import Actor, Permission
from server.inspections import pool_work, queries, service, wire
from server.kernel.ids import new_id
from server.web.api import ApiBlueprint, body
from server.web.schemas import Body, Id, Word

bp = ApiBlueprint("joint", __name__, url_prefix="/api/inspections")
Data = dict[str, Any]
pool_work.install()


class JointBody(Body):
    """Somebody of another agency."""

    id: Id = Field(default_factory=new_id)
    name: Word
    agency: Word
    title: Word = ""
    certificate: Word = ""
    shown: bool = False


@bp.get("/<inspection_id>/joint", permission=Permission.INSPECTIONS_READ)
def list_joint(actor: Actor, inspection_id: str) -> Data:
    """List who of other agencies took part."""
    row = queries.get_inspection(actor, inspection_id)
    return {"items": [wire.joint_data(one) for one in queries.joint_of(row.id)]}


@bp.post("/<inspection_id>/joint", permission=Permission.INSPECTIONS_CONDUCT)
def set_joint(actor: Actor, inspection_id: str) -> Data:
    """Name somebody, or put right how they are named."""
    queries.get_inspection(actor, inspection_id)
    draft = service.JointDraft(**body(JointBody).model_dump())
    return wire.joint_data(service.set_joint(actor, inspection_id, draft))


@bp.delete("/<inspection_id>/joint/<joint_id>", permission=Permission.INSPECTIONS_CONDUCT)
def drop_joint(actor: Actor, inspection_id: str, joint_id: str) -> None:
    """Take somebody out who was named by mistake."""
    queries.get_inspection(actor, inspection_id)
    service.drop_joint(actor, inspection_id, joint_id)
