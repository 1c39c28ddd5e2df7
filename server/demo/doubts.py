"""One doubt for the desk of the demo, found by the search itself among invented photos."""

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from server.demo.phone import DemoBroken
from server.evidence import checks, jobs, likeness
from server.evidence.models import Photo
from server.flags.models import Flag
from server.kernel.db import db, transaction


def leave_one() -> None:
    """
    Draw the photos, then compare only the one whose place looks the same before and after.

    The demo has a dozen photographs for all of its county: compared with each other, they would
    fill the desk.
    """
    while jobs.work(current_app.extensions["store"]):
        pass
    with transaction():
        checks.forget_all()
        db.session.execute(delete(Flag))  # its phones have no keys, and their clocks are put back
    with transaction(write=False):
        found = aliased(Photo)
        query = select(Photo.id).join(
            found, (found.hazard_id == Photo.hazard_id) & (found.sha256 == Photo.sha256)
        )
        pairs = query.where(Photo.purpose == "rectified", found.purpose == "found")
        ids = list(db.session.scalars(pairs))
    if sum(likeness.compare(photo_id) for photo_id in ids) != 1:
        raise DemoBroken("the demo needs one doubt")
