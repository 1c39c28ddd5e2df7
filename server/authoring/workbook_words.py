"""The Chinese words that stand in cells for the words of the definition."""

from collections.abc import Mapping

TIER_WORDS = {
    "hospital": "医院",
    "township": "乡镇卫生院",
    "community": "社区卫生服务机构",
    "village": "村卫生室",
    "clinic": "诊所",
    "cdc": "疾控机构",
    "other": "其他机构",
}
RESULT_WORDS = {"pass": "合格", "fail": "不合格", "na": "不适用", "unable": "查不了"}
TYPE_WORDS = {
    "pass-fail-na": "合格不合格",
    "number": "数字",
    "choice": "单选",
    "choices": "多选",
    "text": "文字",
    "date": "日期",
    "photo": "照片",
    "signature": "签名",
    "scan": "扫码",
}

#: by the last word of the column's pointer; every word of an enumeration must be here (a test)
ENUM_WORDS: Mapping[str, Mapping[str, str]] = {
    "type": TYPE_WORDS,
    "tiers": TIER_WORDS,
    "accepts": {"tag": "本系统标签", "any": "任意条码"},
    "result": {"pass": "合格", "fail": "不合格"},
    "rule": {
        "always": "必须拍照",
        "on-fail": "不合格时必须拍照",
        "optional": "可以拍照",
        "never": "不拍照",
    },
    "grade": {"general": "一般隐患", "suspect-major": "疑似重大隐患"},
    "tag": {
        "verified": "已核对条款",
        "document-only": "已核对文件、未核对条款号",
        "to-verify": "待核对",
        "recommended": "推荐性或参照标准",
    },
    "depth": {"always": "每次都查", "deep": "轮流查"},
    "over": {"location": "逐个场所", "asset": "逐台设备"},
}
YES, NO = "是", "否"
YES_WORDS = ("是", "对", "有", "√", "yes", "y", "true", "1")
NO_WORDS = ("否", "不", "无", "×", "no", "n", "false", "0")
