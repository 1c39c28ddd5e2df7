"""What an account must look like, how long a guesser waits, who may hand out which role. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from server.access.rules import Actor, Permission
from server.kernel.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated
from server.kernel.text import one_line

PASSWORD_MIN = 10
PASSWORD_MAX = 128
_USERNAME = re.compile(r"[\w][\w.@\-]{1,59}")

SESSION_IDLE = timedelta(days=30)
SESSION_LONGEST = timedelta(days=90)
SESSION_RENEWAL = timedelta(hours=12)

#: Permissions that let their holder change what others may do: nobody hands out what they lack.
GUARDED = frozenset(
    {
        Permission.ORG_MANAGE,
        Permission.PEOPLE_MANAGE,
        Permission.AUDIT_READ,
        Permission.SYSTEM_ADMIN,
    }
)


class WrongCredentials(Unauthenticated):
    """Unknown name, wrong password, no password or no longer employed: one answer for all."""

    code = "auth-wrong-credentials"
    title = "The user name or the password is not right."
    title_zh = "用户名或密码不正确。"


class WrongOldPassword(Invalid):
    """The password given as the present one is not."""

    code = "auth-wrong-old-password"
    title = "The present password is not right."
    title_zh = "原密码不正确。"


class TooManyLogins(TooMany):
    """Too many wrong passwords; `retry_after` says how many seconds to wait."""

    code = "auth-too-many-attempts"
    title = "Too many wrong passwords. Please wait before the next attempt."
    title_zh = "密码错误次数过多，请稍后再试。"


class PasswordTooShort(Invalid):
    """Fewer characters than we ask for."""

    code = "auth-password-too-short"
    title = f"A password needs at least {PASSWORD_MIN} characters."
    title_zh = f"密码至少需要 {PASSWORD_MIN} 个字符。"


class PasswordTooLong(Invalid):
    """More characters than anyone types."""

    code = "auth-password-too-long"
    title = f"A password may have at most {PASSWORD_MAX} characters."
    title_zh = f"密码最多 {PASSWORD_MAX} 个字符。"


class PasswordTooCommon(Invalid):
    """A password that a guesser tries first."""

    code = "auth-password-too-common"
    title = "This password is too easy to guess. Please choose another one."
    title_zh = "这个密码太容易被猜到，请换一个。"


class PasswordUnchanged(Invalid):
    """The new password is the old one."""

    code = "auth-password-unchanged"
    title = "The new password must differ from the present one."
    title_zh = "新密码不能与原密码相同。"


class BadUsername(Invalid):
    """A name that could not be typed or told apart."""

    code = "org-bad-username"
    title = "A user name has 2 to 60 letters, digits, dots, hyphens or underscores."
    title_zh = "用户名应为 2 至 60 个文字、字母、数字、点、横线或下划线。"


class UsernameTaken(Conflict):
    """Somebody logs in with this name already."""

    code = "org-username-taken"
    title = "This user name is in use."
    title_zh = "这个用户名已被使用。"


class RoleBeyondReach(Forbidden):
    """Handing out, or taking over, more than one holds oneself."""

    code = "org-role-beyond-reach"
    title = "This goes beyond what you may manage here."
    title_zh = "超出了您在此处的管理权限。"


class StaleRevision(Conflict):
    """The change was made on an older version of the record."""

    code = "stale-revision"
    title = "Someone changed this in the meantime. Please look at it again."
    title_zh = "内容已被他人更新，请刷新后再修改。"


class NameMissing(Invalid):
    """A name without a character, or longer than a line."""

    code = "org-name-missing"
    title = "A name is needed, short enough for one line."
    title_zh = "请填写名称，且不要过长。"


class LastAdministrator(Conflict):
    """Nobody would be left who can administer the system."""

    code = "org-last-administrator"
    title = "This is the last administrator; name another one first."
    title_zh = "这是最后一位系统管理员，请先指定另一位。"


class IdTaken(Conflict):
    """The identifier made on the phone stands for something else already."""

    code = "id-taken"
    title = "This identifier is in use for something else."
    title_zh = "该编号已用于其他内容。"


def require_rev(present: int, given: int) -> None:
    """Refuse a change that was made on another version than the present one."""
    if present != given:
        raise StaleRevision(rev=present)


def require_name(text: str, longest: int) -> str:
    """Return a cleaned one-line name, or refuse it."""
    name = one_line(text)
    if not name or len(name) > longest:
        raise NameMissing(maximum=longest)
    return name


def holds(actor: Actor, permission: Permission, unit_id: str | None, region_id: str | None) -> bool:
    """Say whether the actor holds *permission* at a unit, or on a whole region (no unit)."""
    return any(
        permission in grant.permissions and grant.covers(unit_id, region_id)
        for grant in actor.grants
    )


def require_reach(
    actor: Actor, role: Collection[Permission], unit_id: str | None, region_id: str | None
) -> None:
    """Refuse to hand out, or to take over, guarded permissions that the actor lacks there."""
    needed = (GUARDED & frozenset(role)) | {Permission.PEOPLE_MANAGE}
    if not all(holds(actor, permission, unit_id, region_id) for permission in needed):
        raise RoleBeyondReach()


def normal_password(password: str) -> str:
    """Return the form that is hashed, so that composed and decomposed input are one password."""
    return unicodedata.normalize("NFC", password)


def _runs_only(text: str) -> bool:
    """Say whether every character follows its neighbour by the same step: 1234567890, aaaaaa."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def require_good_password(
    password: str, *, common: Collection[str], personal: Collection[str] = ()
) -> None:
    """Refuse what a guesser tries first; there is no rule about kinds of characters."""
    text = normal_password(password)
    if len(text) < PASSWORD_MIN:
        raise PasswordTooShort(minimum=PASSWORD_MIN)
    if len(text) > PASSWORD_MAX:
        raise PasswordTooLong(maximum=PASSWORD_MAX)
    folded = text.casefold()
    bare = re.sub(r"[\W_]+", "", folded)
    if len(set(folded)) < 4 or _runs_only(bare) or folded in common or bare in common:
        raise PasswordTooCommon()
    if any(_only_adds_digits(folded, word.casefold()) for word in personal):
        raise PasswordTooCommon()


def _only_adds_digits(password: str, word: str) -> bool:
    return len(word) >= 3 and not password.replace(word, "").strip("0123456789")


def normal_username(username: str) -> str:
    """Return the one form under which a name is kept and looked up."""
    return unicodedata.normalize("NFKC", username).casefold().strip()


def require_good_username(username: str) -> str:
    """Return the normal form of a name, or refuse it."""
    name = normal_username(username)
    if not _USERNAME.fullmatch(name):
        raise BadUsername()
    return name


@dataclass(frozen=True)
class Throttle:
    """After `free` failures each further one doubles the wait, from `first` up to `longest`."""

    free: int
    first: int
    longest: int
    memory: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures."""
        beyond = failures - self.free
        if beyond <= 0:
            return timedelta()
        return timedelta(seconds=min(self.longest, self.first * 2 ** min(beyond - 1, 20)))

    def remembered(self, failures: int, last_at: datetime, now: datetime) -> int:
        """Return the failures that still count."""
        return 0 if now - last_at > self.memory else failures


#: one name from one address: a guesser at one account
PAIR = Throttle(free=4, first=2, longest=900, memory=timedelta(hours=1))
#: one name from anywhere; short, because a stranger must not be able to lock somebody out
NAME = Throttle(free=20, first=2, longest=60, memory=timedelta(hours=1))
#: one address; short, because a whole hospital stands behind it
ADDRESS = Throttle(free=100, first=1, longest=5, memory=timedelta(minutes=10))


def session_end(created_at: datetime, now: datetime) -> datetime:
    """Return when a session ends that was used just now."""
    return min(now + SESSION_IDLE, created_at + SESSION_LONGEST)
