"""The way of a draft: who may do what with it, when. Pure."""

from server.kernel.errors import Conflict, Forbidden, Invalid

WRITABLE = ("draft", "returned")


class DraftReach(Forbidden):
    """A checklist for everybody is written by who is responsible everywhere."""

    code = "draft-reach"
    title = "This checklist applies beyond your region. You can add rules for your own region."
    title_zh = "通用检查表适用于全部单位，超出您的管辖范围。您可以为本地区增加要求。"


class DraftStale(Conflict):
    """Two people changed the same draft; `rev` is the present version, `given` the one sent."""

    code = "draft-stale"
    title = "Somebody changed this draft in the meantime. Your version is kept in this browser."
    title_zh = "这份草稿已被他人修改。您的内容仍保留在本浏览器中，请选择保留哪一份。"


class DraftLocked(Conflict):
    """The state of the draft does not allow this step."""

    code = "draft-locked"
    title = "This cannot be done with the draft as it stands now."
    title_zh = "草稿目前的状态不能进行这项操作。"


class DraftOwn(Forbidden):
    """Whoever wrote a draft tries to publish it."""

    code = "draft-own"
    title = "You wrote on this draft. A second person has to review and publish it."
    title_zh = "您参与了编写，必须由另一人审核发布。"


class DraftMistakes(Invalid):
    """The draft has mistakes; `mistakes` names each with its place."""

    code = "draft-mistakes"
    title = "The draft still has mistakes. Correct them first."
    title_zh = "草稿还有错误，请先改正。"


class DraftBaseMoved(Conflict):
    """Another version was published since the draft was begun."""

    code = "draft-base-moved"
    title = "A newer version was published in the meantime. Look at the difference and accept it."
    title_zh = "编写期间已发布了新版本。请查看差异并确认后再继续。"


class DraftUnchanged(Conflict):
    """The draft says the same as the version in use."""

    code = "draft-unchanged"
    title = "The draft does not differ from the version in use."
    title_zh = "草稿与现行版本没有差别。"


class DraftReasonMissing(Invalid):
    """A step that needs words came without any."""

    code = "draft-reason-missing"
    title = "Say in a few words why."
    title_zh = "请写明理由。"


class DraftChecklistUnknown(Invalid):
    """Nothing was published under this key."""

    code = "draft-checklist-unknown"
    title = "There is no such checklist."
    title_zh = "没有这份检查表。"


def require_state(state: str, *allowed: str) -> None:
    """Refuse a step that the state does not allow."""
    if state not in allowed:
        raise DraftLocked(state=state)


def require_second(author_ids: list[str], person_id: str) -> None:
    """Refuse that somebody publishes what they wrote."""
    if person_id in author_ids:
        raise DraftOwn()


def require_words(note: str) -> None:
    """Refuse a step without words."""
    if not note:
        raise DraftReasonMissing()
