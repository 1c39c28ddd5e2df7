"""What may be wrong with a draw."""

from server.kernel.errors import Conflict, Forbidden, Invalid


class NoSeeds(Conflict):
    """Seeds are published ahead, in their rhythm and never for a draw: none is left this week."""

    code = "draws-no-seeds"
    title = "No published seed is left for this area this week. New ones come with the next week."
    title_zh = "本属地本周已公布的种子用完或尚未生成，请等下一批种子公布后再抽。"


class TooFewCandidates(Invalid):
    """Fewer candidates than are to be drawn; `slots` names where."""

    code = "draws-too-few"
    title = "There are fewer eligible candidates than are to be drawn."
    title_zh = "可抽对象少于要抽取的数量，请放宽条件或减少数量。"


class TooManyCandidates(Invalid):
    """More candidates than one draw takes."""

    code = "draws-too-many"
    title = "There are too many candidates for one draw. Please narrow the choice."
    title_zh = "候选对象过多，请缩小范围后再抽。"


class CandidatesChanged(Conflict):
    """What the operator and the witness looked at is no longer what would be drawn from."""

    code = "draws-candidates-changed"
    title = "The candidates or their weights have changed. Please look at them again."
    title_zh = "候选名单或权重已有变化，请重新查看后再抽取。"


class WitnessWords(Invalid):
    """The witness has to say something of their own."""

    code = "draws-witness"
    title = "The witness writes their name and some words of their own, at least four characters."
    title_zh = "请监督人填写姓名和自己想的一句话（至少 4 个字）。"


class WitnessIsOperator(Invalid):
    """Whoever draws is no witness of it."""

    code = "draws-witness-operator"
    title = "The witness must be somebody else than the operator."
    title_zh = "监督人不能是操作人本人。"


class DrawReason(Invalid):
    """An exclusion, a replacement or a spoiled draw without its reason."""

    code = "draws-reason"
    title = "Please write down the reason."
    title_zh = "请写明理由。"


class NotStanding(Conflict):
    """Who is to be replaced was not drawn, or was replaced before."""

    code = "draws-not-standing"
    title = "This one was not drawn here, or has been replaced already."
    title_zh = "该对象不在抽中名单里，或已被替换。"


class ReserveEmpty(Conflict):
    """Nobody is left to come in."""

    code = "draws-reserve-empty"
    title = "The reserve list is used up. Make a new draw."
    title_zh = "候补名单已用完，请重新抽取。"


class DrawSpoiled(Conflict):
    """A spoiled draw is not worked with any more."""

    code = "draws-spoiled"
    title = "This draw was declared void."
    title_zh = "这次抽取已作废。"


class DrawSealed(Conflict):
    """What is sealed is released before it is published."""

    code = "draws-sealed"
    title = "Sealed visits still depend on this draw. It is released when they have arrived."
    title_zh = "还有保密检查未到达，暂不能解封公布。"


class DrawNotYours(Forbidden):
    """Only its operator changes a draw."""

    code = "draws-not-yours"
    title = "Only the operator of this draw may do this."
    title_zh = "只有本次抽取的操作人可以这样做。"


class KnowerUnfit(Invalid):
    """Only people who may draw in that area can be told of a sealed draw."""

    code = "draws-knower-unfit"
    title = "This person may not see draws in this area."
    title_zh = "该人员没有本属地的抽取权限，不能加入知情范围。"


class DrawIdTaken(Conflict):
    """The identifier belongs to another draw."""

    code = "draws-id-taken"
    title = "This identifier is already in use."
    title_zh = "编号已被使用。"
