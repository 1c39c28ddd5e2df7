"""`flask audit verify`, `flask audit head` and `flask audit sign`."""

import sys

import click
from flask.cli import AppGroup

from server.audit import checking
from server.audit.checking import Checked
from server.audit.rules import Break
from server.custody import keys
from server.kernel import clock
from server.kernel.db import transaction

group = AppGroup("audit", help="The audit log and its chain.")
_WORDS = {
    "missing": ("第 {seq} 至 {until} 条缺失", "entries {seq} to {until} are missing"),
    "changed": ("第 {seq} 条被改动、调换或插入", "entry {seq} was changed, swapped or slipped in"),
    "rewritten": (
        "第 {seq} 条或其之前的内容被整体改写：与签名或已知的链头不符",
        "entry {seq} or one before it was rewritten: it does not fit a known or signed end",
    ),
    "cut": (
        "第 {seq} 条起被截去，至少至第 {until} 条",
        "cut off from {seq} on, up to {until} at least",
    ),
    "signature": (
        "第 {seq} 条处的链头签名无效",
        "the signed end at entry {seq} is not this server's",
    ),
}


class Head(click.ParamType[tuple[int, bytes]]):
    """An end of the log as `flask audit head` prints it: number, colon, link."""

    name = "seq:link"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, bytes]:
        """Read it."""
        number, _, link = value.partition(":")
        try:
            found = int(number), bytes.fromhex(link)
        except ValueError:
            self.fail("expected number:link", param, ctx)
        return found


@group.command("head")
def show_head() -> None:
    """Print where the log ends: note it elsewhere, and verify can be held against it."""
    with transaction(write=False):
        seq, link = checking.head()
    click.echo(f"{seq}:{link.hex()}")


@group.command("sign")
def sign_head() -> None:
    """Sign where the log ends; meant for every night."""
    with transaction():
        seq, _ = checking.sign_head(keys.sign)
    click.echo(f"audit log signed up to entry {seq}")


@group.command("verify")
@click.option("--head", "known", multiple=True, type=Head(), help="an end noted elsewhere")
def verify(known: tuple[tuple[int, bytes], ...]) -> None:
    """Walk the whole log; name the first entry that is not what it was and end with 1."""
    with transaction(write=False):
        found = checking.check(keys.trusts, known)
    if found.broken is None:
        click.echo(_whole(found))
        return
    click.echo(_told(found.broken), err=True)
    sys.exit(1)


def _whole(found: Checked) -> str:
    end = f"{found.seq}:{found.link.hex()}"
    return (
        f"审计日志完整：{found.seq} 条，{found.heads} 个签名链头，链头 {end}\n"
        f"audit log whole: {found.seq} entries, {found.heads} signed ends, end {end}"
    )


def _told(broken: Break) -> str:
    zh, en = (words.format(seq=broken.seq, until=broken.until) for words in _WORDS[broken.kind])
    lines = [f"审计日志不完整 BROKEN: {zh}", f"  {en}"]
    if broken.entry is not None:
        entry = broken.entry
        at = clock.from_ms(entry.at).isoformat(timespec="seconds")
        lines.append(f"  {at} {entry.actor_name} {entry.action} {entry.subject_id}")
    return "\n".join(lines)
