"""The first sheet of the workbook: how to edit it, for whoever opens it."""

_LINES = """
# 怎样修改
直接在各张表里修改、增加或删除行；列的先后可以调整，表头文字不要改动。
不要合并单元格，不要使用公式。
改完后保存为 .xlsx，在系统“检查表—从表格导入”里上传。系统先列出差别和错误，确认后才成为草稿。
草稿发布前须由另一人审核。
# 编号
灰色列是编号，历次检查结果都按编号保存：已有检查项的编号不要修改。
删除的编号不要再用；新检查项请另起新编号。
编号用小写字母、数字、点和短横，例如 fire.exit.clear。
# 各张表
清单：只有一行，名称、启用日期等。　章节：大标题。　检查项：每行一项，“章节编号”说明属于哪一章。
读数：检查项旁边要记录的数值、日期等。　选项：单选、多选的选项；“读数编号”留空表示检查项本身的选项。
依据：每行一条法规标准；只有核对过原文条款的才能填“条款”。　词汇：各列可以填写的词。
# 中文和英文
带“（英文）”的列是英文文本。中文和英文都要填写；没有英文时请找人翻译，不要把中文照抄过去。
# 空格和多选
留空表示没有这一项。“是/否”列留空表示按默认处理。多选用顿号分开，例如：医院、乡镇卫生院。
# 适用条件怎么写
单位【有电梯】　—— 单位有这个属性时才检查
单位.床位数 >= 100 且 单位.级别 属于（医院、乡镇卫生院）
fire.exit.clear = 不合格　—— 前面的检查项不合格时才检查
fire.extinguisher.valid.kind = co2　—— 前面的读数选了这个选项时才检查
非（单位【使用燃气】 或 场所【地下】）　—— “且”和“或”同时使用时必须加括号
# In English
Edit the rows, keep the headings. Keys (grey) of existing items never change or return.
Save as .xlsx and import it: differences and mistakes are shown first; nothing is stored yet.
"""


def guide_lines() -> list[tuple[str, bool]]:
    """Return the lines, and whether each is a heading."""
    lines = [line for line in _LINES.strip().split("\n") if line]
    return [(line.removeprefix("# "), line.startswith("# ")) for line in lines]
