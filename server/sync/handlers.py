"""
Every mutation a phone can send: its arguments, and the service function that carries it out.

`needs` names the rows it speaks of: when one of them is nowhere, the mutation waits for another
phone to bring it. `makes` names the row it brings into being: what waited for it runs then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from server.custody import chains
from server.hazards import service as hazards
from server.inspections import service as inspections
from server.kernel import clock
from server.kernel.errors import Invalid
from server.sync import args as a
from server.sync import due, photos, places, problems, teams, upcasts, visits_handlers
from server.sync.campaigns_args import AttendanceNote
from server.sync.campaigns_handlers import note_attendance
from server.sync.hands import SignatureConfirm, confirm_signature, mark_needed
from server.sync.joint_args import JointDrop, JointSet
from server.sync.joint_handlers import drop_joint, set_joint
from server.sync.papers import PaperIssue, issue_paper, release_papers
from server.sync.peers_args import PeerHandOver
from server.sync.peers_handlers import hand_over
from server.sync.presence import ScanNote, judge_inspection, note_scan
from server.sync.schemas import Envelope
from server.sync.verdicts import APPLIED, Verdict
from server.sync.visits_args import VisitArrive, VisitOpen
from server.sync.work import Work

Key = tuple[str, str]
Run = Callable[[Work, Any], Verdict]


class BadDay(Invalid):
    """The day is not in the calendar."""

    code = "sync-bad-day"
    title = "This day does not exist."
    title_zh = "日期不存在。"


@dataclass(frozen=True)
class Handler:
    """One row of the table."""

    args: type[a.Args]
    run: Run
    needs: Callable[[Any], Sequence[tuple[str, str | None]]] = lambda args: ()
    makes: Callable[[Any], Key | None] = lambda args: None
    salvage: Callable[[Work, Any], list[str]] = lambda work, args: []
    v: int = 1
    # It refuses before it writes anything, so that nothing has to be undone.
    checks_first: bool = False

    def decode(self, envelope: Envelope) -> Any:
        """Read the arguments, of whatever version; raises msgspec.ValidationError."""
        raw = upcasts.lift(envelope.name, envelope.v, self.v, envelope.args)
        return msgspec.json.decode(raw, type=self.args)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as exc:
        raise BadDay(day=text) from exc


def _open_hazard(work: Work, args: a.HazardOpen) -> Verdict:
    told = _day(args.due_on)
    due_on = due.reckoned(work, told, args.due_days)
    inspections.open_finding(
        work.actor,
        hazards.HazardDraft(
            id=args.id,
            unit_id=args.unit_id,
            source=args.source,
            title=args.title,
            description=args.description,
            location_id=args.location_id,
            asset_id=args.asset_id,
            inspection_id=args.inspection,
            target_id=args.target,
            item_key=args.item,
            checklist_key=args.checklist_key,
            suggestion=args.suggestion,
            basis=msgspec.to_builtins(args.basis),
            category=args.category,
            grade=args.grade,
            suspected_major=args.suspected_major,
            criterion=args.criterion,
            criteria=args.criteria,
            due_on=due_on,
            told_due_on=told,
            assignee_id=args.assignee_id,
            photos=args.photos,
            step_id=work.envelope.id,
            device_at=work.device_at,
        ),
    )
    return due.verdict(told, due_on)


def _move_hazard(work: Work, args: a.HazardMove) -> Verdict:
    moved = hazards.move_hazard(
        work.actor,
        args.id,
        args.action,
        expect=hazards.Expected(args.expect.state, args.expect.rev, args.expect.decisions),
        note=args.note or "",
        photos=args.photos,
        assignee_id=args.assignee_id,
        due_on=_day(args.due_on),
        criterion=args.criterion,
        criteria_hash=args.criteria_hash,
        decided_on=_day(args.decided_on),
        step_id=work.envelope.id,
        device_at=work.device_at,
    )
    if not moved.merged:
        return APPLIED
    return Verdict("merged", "hazard-moved-meanwhile", {"hazard": args.id})


def _salvage_move(work: Work, args: a.HazardMove) -> list[str]:
    kept = hazards.salvage_evidence(
        work.actor,
        args.id,
        args.note or "",
        args.photos,
        action=args.action,
        criterion=args.criterion,
        step_id=work.envelope.id,
        device_at=work.device_at,
    )
    if kept is None:
        return []
    return [name for name, there in (("photos", args.photos), ("note", args.note)) if there]


def _comment_hazard(work: Work, args: a.HazardComment) -> Verdict:
    said = hazards.comment_hazard(
        work.actor,
        args.id,
        args.note,
        args.photos,
        step_id=work.envelope.id,
        device_at=work.device_at,
    )
    if said.id == args.id:
        return APPLIED
    return Verdict("merged", "hazard-merged-into", {"into": said.id, "number": said.number})


def _start_inspection(work: Work, args: a.InspectionStart) -> Verdict:
    inspections.begin_inspection(
        work.actor,
        inspections.InspectionStart(
            id=args.id,
            unit_id=args.unit_id,
            checklist_key=args.checklist_key,
            definition=args.definition,
            mode=args.mode,
            started_at=work.put_right(args.started_at),
            member_ids=args.member_ids,
            targets=args.targets,
            assignment_id=args.assignment_id,
            location_id=args.location_id,
            tag=args.tag,
            style=args.style,
            sections=args.sections,
            deep_items=args.deep_items,
        ),
    )
    return APPLIED


def _submit_inspection(work: Work, args: a.InspectionSubmit) -> Verdict:
    inspections.submit_inspection(
        work.actor,
        args.inspection,
        submitted_at=clock.from_ms(args.submitted_at),
        summary=args.summary,
        done_at=work.device_at,
        head=chains.head_of(work.client_id, work.envelope.mid),
    )
    release_papers(args.inspection)
    judge_inspection(args.inspection)
    return APPLIED


def _add_signature(work: Work, args: a.SignatureAdd) -> Verdict:
    inspections.add_signature(
        work.actor,
        inspections.SignatureDraft(
            id=args.id,
            inspection_id=args.inspection,
            party=args.party,
            name=args.name,
            signed_at=work.put_right(args.signed_at),
            refused=args.refused,
            person_id=args.person_id,
            title=args.title,
            reason=args.reason,
            witness=args.witness,
            strokes=args.strokes,
            width=round(args.width),
            height=round(args.height),
            photo_ids=args.photo_ids,
            target_id=args.target,
            item_key=args.item,
        ),
    )
    return APPLIED


def _handle_problem(work: Work, args: a.ProblemHandle) -> Verdict:
    problems.handle(work.actor, args.id, args.act, args.reason)
    return APPLIED


def _photos(ids: Sequence[str]) -> list[tuple[str, str | None]]:
    return [("photo", photo) for photo in ids]


def _inspection(args: Any) -> list[tuple[str, str | None]]:
    return [("inspection", args.inspection)]


HANDLERS: dict[str, Handler] = {
    "answer.set": Handler(
        a.AnswerSet,
        run=lambda work, args: APPLIED,
        needs=_inspection,
    ),
    "inspection.start": Handler(
        a.InspectionStart,
        _start_inspection,
        needs=lambda args: [
            ("assignment", args.assignment_id),
            ("location", args.location_id),
            *(("location", place) for place in args.targets.get("location", ())),
            *(("asset", asset) for asset in args.targets.get("asset", ())),
        ],
        makes=lambda args: ("inspection", args.id),
        checks_first=True,
    ),
    "inspection.submit": Handler(
        a.InspectionSubmit,
        _submit_inspection,
        needs=_inspection,
    ),
    "signature.add": Handler(
        a.SignatureAdd,
        _add_signature,
        needs=lambda args: [("inspection", args.inspection), *_photos(args.photo_ids)],
        makes=lambda args: ("signature", args.id),
    ),
    "signature.confirm": Handler(SignatureConfirm, confirm_signature, needs=mark_needed),
    "scan.note": Handler(ScanNote, note_scan, needs=_inspection),
    "paper.issue": Handler(
        PaperIssue,
        issue_paper,
        needs=lambda args: [
            ("inspection", args.inspection),
            *_photos(args.photos),
            ("paper", args.replaces),
        ],
        makes=lambda args: ("paper", args.id),
    ),
    "part.assign": Handler(a.PartAssign, teams.assign_parts, needs=_inspection),
    "team.add": Handler(a.TeamAdd, teams.add_member, needs=_inspection),
    "team.leave": Handler(a.TeamLeave, teams.remove_member, needs=_inspection),
    "team.lead": Handler(a.TeamLead, teams.hand_lead, needs=_inspection),
    "joint.set": Handler(JointSet, set_joint, needs=_inspection),
    "joint.drop": Handler(JointDrop, drop_joint, needs=_inspection),
    "conflict.resolve": Handler(a.ConflictResolve, teams.resolve_conflict, needs=_inspection),
    "photo.add": Handler(
        a.PhotoAdd,
        photos.add_photo,
        salvage=photos.salvage_photo,
        needs=lambda args: [
            ("inspection", args.inspection),
            ("hazard", args.hazard),
            ("photo", args.original),
        ],
        makes=lambda args: ("photo", args.id),
    ),
    "photo.remove": Handler(
        a.PhotoRemove, photos.remove_photo, needs=lambda args: [("photo", args.id)]
    ),
    "hazard.open": Handler(
        a.HazardOpen,
        _open_hazard,
        needs=lambda args: [
            ("inspection", args.inspection),
            ("location", args.location_id),
            ("asset", args.asset_id),
            *_photos(args.photos),
        ],
        makes=lambda args: ("hazard", args.id),
    ),
    "hazard.move": Handler(
        a.HazardMove,
        _move_hazard,
        needs=lambda args: [("hazard", args.id), *_photos(args.photos)],
        salvage=_salvage_move,
    ),
    "hazard.comment": Handler(
        a.HazardComment,
        _comment_hazard,
        needs=lambda args: [("hazard", args.id), *_photos(args.photos)],
    ),
    "location.add": Handler(
        a.LocationAdd,
        places.add_location,
        needs=lambda args: [("location", args.parent_id)],
        makes=lambda args: ("location", args.id),
    ),
    "asset.add": Handler(
        a.AssetAdd,
        places.add_asset,
        needs=lambda args: [("location", args.location_id)],
        makes=lambda args: ("asset", args.id),
    ),
    "tag.claim": Handler(
        a.TagClaim, places.claim_tag, needs=lambda args: [(args.target_kind, args.target_id)]
    ),
    "peer.hand_over": Handler(PeerHandOver, hand_over),
    "visit.open": Handler(
        VisitOpen,
        visits_handlers.open_visit,
        makes=lambda args: ("opening", args.id),
        salvage=visits_handlers.note_early,
    ),
    "visit.arrive": Handler(
        VisitArrive,
        visits_handlers.arrive,
        needs=lambda args: [("opening", args.id)],
        makes=lambda args: ("assignment", args.assignment_id),
    ),
    "attendance.note": Handler(
        AttendanceNote,
        note_attendance,
        needs=lambda args: [("assignment", args.assignment), ("inspection", args.inspection)],
    ),
    "problem.handle": Handler(
        a.ProblemHandle,
        _handle_problem,
        makes=lambda args: ("case", args.id) if args.act == "resent" else None,
    ),
}
