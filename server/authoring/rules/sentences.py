"""Mistakes in words: the checks speak to programmers in English, the desk speaks to a clerk."""

import re

_Q = r"['\"](.*?)['\"]"
"""Something quoted, as the checks name keys and values."""

_OWN = {
    rf"the key {_Q} is unknown here": "这里不能有“{0}”这一项",
    rf"the key {_Q} is given twice": "编号“{0}”重复了",
    rf"the key {_Q} is already used in (.+)": "编号“{0}”已用于检查表 {1}",
    rf"the key {_Q} meant something else before": (
        "编号“{0}”以前用于另一个问题，请换一个新编号（可用“复制为新项”）"
    ),
    rf"the key {_Q} belongs to a region": "编号“{0}”是地方编号，不能用在通用检查表里",
    rf"the file is named {_Q}; key and name must agree": "文件名是“{0}”，必须与检查表编号一致",
    rf"{_Q} is not the key of a file in checklists/basis": "依据库里没有“{0}”，请从列表中选择",
    rf"{_Q} is no edition of {_Q} \((.*)\)": "依据“{1}”没有“{0}”这一版（有：{2}）",
    r"a clause was read in one edition: name it in `edition`": "写了条款号，请注明读的是哪一版",
    r"a paper without a record is never verified: .+": (
        "没有登记的文件不能标“已核实”；请先登记到依据库，再选法规标准"
    ),
    rf"{_Q} is not in checklists/criteria": "判定标准里没有“{0}”",
    rf"{_Q} is not in force on (.+)": "“{0}”在 {1} 还没有施行或已经废止",
    r"none of these is a criterion of a major hazard": "这些都不是重大隐患的判定情形",
    r"there is no such day": "没有这一天",
    r"(.+) is already accounted for at (.+)": "依据点 {0} 已在别处使用",
    r"(.+) is not among the facts of the header": "依据点 {0} 不在本表的依据点清单中",
    r"(.+) is neither carried by an item nor omitted": "依据点 {0} 没有检查项承担，也没有列为省略",
    r"web addresses and source codes do not belong in a checklist": "检查表里不要写网址或资料代号",
    r"the English text holds Chinese characters: translate it": "英文里有汉字，请译成英文",
    r"the Chinese text holds no Chinese character: translate it": "中文里没有汉字，请用中文填写",
    r"the section repeats already; an item in it cannot repeat again": (
        "本部分已经按地点重复，里面的检查项不能再重复"
    ),
    r"no photo is taken here, so there is nothing to hint at": "此项不拍照，不需要拍照提示",
    rf"{_Q} is not in categories\.json": "没有“{0}”这个隐患类别",
    rf"{_Q} is not in attributes\.json": "没有“{0}”这个属性",
    r"this item can never be asked": "按现在的条件，这一项永远不会被问到",
    r"this reading can never be asked": "按现在的条件，这个读数永远不会被问到",
    rf"{_Q} is also the name of a reading": "编号“{0}”与一个读数同名",
    r"only what is repeated over places may ask about the place": (
        "只有按地点重复的内容才能以地点为条件"
    ),
    rf"{_Q} is not an earlier item or reading": "条件里的“{0}”不是前面的检查项或读数",
    rf"{_Q} is asked for each (\w+), this is not": "“{0}”是逐处检查的，这里不是，不能作条件",
    rf"{_Q} is not a number": "“{0}”不是数值，不能比较大小",
    rf"{_Q} can never be (.+)": "“{0}”不会等于 {1}",
    r"must not be below (.+)": "不能小于 {0}",
    r"must not be above (.+)": "不能大于 {0}",
    rf"must not be looser than {_Q}": "不能比原来的要求更宽",
    rf"must be {_Q}, the checklist it lies over": "必须与所依据的检查表一致：{0}",
    rf"the item {_Q} is gone from the checklist": "检查表里已经没有“{0}”这一项",
    rf"the section {_Q} is gone from the checklist": "检查表里已经没有“{0}”这一部分",
    rf"an own key begins with {_Q}": "地方增加的编号要以“{0}”开头",
    r"this item proposes no hazard, so there is no period": "此项不产生隐患，没有整改期限",
    rf"{_Q} is not measured here": "这里没有“{0}”这个测量值",
    r"no photo may be taken here": "此项不允许拍照（会拍到患者或没有意义）",
    rf"{_Q} is offered twice": "选项编号“{0}”重复了",
    r"every option fails; one must be able to pass": "所有选项都判为不合格，至少要有一个能合格",
    r"no item is mandatory, so nothing could cap the score": "没有必查项，封顶分不起作用",
    r"a mandatory item is asked at every visit and takes no turns": "必查项每次都查，不能轮换",
    r"say in /rotation how many deep items one visit draws": "有轮换项时，要写明每次抽查几项",
    rf"{_Q} takes turns: what is not always asked decides nothing": (
        "“{0}”是轮换项，不是每次都问，不能作条件"
    ),
    r"must be fewer than the deep items: (.+)": "必须少于轮换项的数量",
}
_SHAPE = {
    rf"{_Q} is a required property": ("缺少“{0}”", "“{0}” is missing"),
    r"(?:''|\[\]) (?:is too short|should be non-empty)": ("请填写", "Please fill this in"),
    r".* is too short": ("内容太少", "Too little is given"),
    r".* is too long": ("内容太长", "Too much is given"),
    r".* does not match .*": (
        "格式不对：不能为空，前后不能有空格",
        "The form is wrong: no empty text, no blanks at its ends",
    ),
    r".* is not one of \[.*\]?": ("请从给出的选项中选择", "Choose one of what is offered"),
    rf".* is not of type {_Q}.*": ("内容类型不对", "This is of another kind than needed"),
    r".* is less than the minimum of (.+)": ("不能小于 {0}", "must not be below {0}"),
    r".* is greater than the maximum of (.+)": ("不能大于 {0}", "must not be above {0}"),
    r".* is less than or equal to the minimum of (.+)": ("必须大于 {0}", "must be above {0}"),
    r".* has non-unique elements": ("有重复的内容", "Something is given twice"),
    r".* was expected": (
        "与其他填写内容不一致（写了条款号时，核实程度必须是“已核实”）",
        "Does not agree with the rest (a clause needs the tag “verified”)",
    ),
    r".* (?:does not have enough properties|should be non-empty)": (
        "至少要填写一项",
        "At least one entry is needed",
    ),
    r".* has too many properties": ("只能选一种", "Only one of these is possible"),
    r".* is (?:not valid under|valid under) .*": ("填写的组合不成立", "These do not go together"),
    r".* should not be valid under .*": ("填写的组合不成立", "These do not go together"),
    r"False schema does not allow .*": ("这里不能填写", "Nothing may stand here"),
}
_OWN_PATTERNS = [(re.compile(source), zh) for source, zh in _OWN.items()]
_SHAPE_PATTERNS = [(re.compile(source, re.DOTALL), both) for source, both in _SHAPE.items()]


def is_translated(message: str) -> bool:
    """Tell whether a message has a Chinese sentence of its own."""
    patterns = [pattern for pattern, _ in _OWN_PATTERNS]
    patterns += [pattern for pattern, _ in _SHAPE_PATTERNS]
    return any(pattern.fullmatch(message) for pattern in patterns)


def in_words(message: str) -> dict[str, str]:
    """Say a mistake in both languages."""
    for pattern, zh in _OWN_PATTERNS:
        match = pattern.fullmatch(message)
        if match:
            return {"zh": zh.format(*match.groups()), "en": message}
    for pattern, both in _SHAPE_PATTERNS:
        match = pattern.fullmatch(message)
        if match:
            return {
                "zh": both[0].format(*match.groups()),
                "en": both[1].format(*match.groups()),
            }
    return {"zh": f"内容不符合要求：{message}", "en": message}
