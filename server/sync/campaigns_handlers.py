"""Check-ins of leaders as phones send them."""

from server.planning import attendance
from server.sync.campaigns_args import AttendanceNote
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def note_attendance(work: Work, args: AttendanceNote) -> Verdict:
    """Keep that a leader was there."""
    at = args.position
    attendance.note_attendance(
        work.actor,
        attendance.AttendanceDraft(
            id=args.id,
            at=work.put_right(args.at),
            device_at=work.device_at,
            strokes=args.strokes,
            width=round(args.width),
            height=round(args.height),
            assignment_id=args.assignment,
            inspection_id=args.inspection,
            title=args.title or "",
            tag=args.tag,
            position=attendance.Position(at.lat, at.lon, at.accuracy) if at else None,
        ),
    )
    return APPLIED
