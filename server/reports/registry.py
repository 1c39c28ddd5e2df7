"""The list of reports. Adding one is a module and a line here; two of one name stop the start."""

from dataclasses import dataclass

from server.access.rules import Permission


@dataclass(frozen=True)
class Report:
    """A paper or a file that the application writes."""

    key: str
    name_zh: str
    name_en: str
    kind: str
    permission: Permission


_REPORTS = (
    Report("hazard-ledger", "隐患台账", "Hazard ledger", "xlsx", Permission.REPORTS_EXPORT),
    Report(
        "inspections-csv", "检查结果表", "Table of inspections", "csv", Permission.REPORTS_EXPORT
    ),
    Report("inspections", "检查结果表", "Table of inspections", "xlsx", Permission.REPORTS_EXPORT),
    Report("open-citations", "待核依据清单", "Open citations", "xlsx", Permission.DEFINITIONS_READ),
    Report("detection-gap", "检出差距", "Detection gap", "xlsx", Permission.INSIGHT_READ),
    Report("expert-opinion", "专家意见", "Expert opinion", "pdf", Permission.HAZARDS_READ),
    Report(
        "inspection-record", "安全检查记录", "Inspection record", "pdf", Permission.INSPECTIONS_READ
    ),
    Report("paper", "检查文书", "Paper of an inspection", "pdf", Permission.INSPECTIONS_READ),
    Report("peer-reply", "互查问题移交与答复", "Peer check reply", "pdf", Permission.PEERS_REPLY),
    Report(
        "inspection-lines",
        "检查记录逐项表",
        "Inspection lines",
        "xlsx",
        Permission.INSPECTIONS_READ,
    ),
    Report(
        "draw-certificate", "随机抽取证书", "Certificate of a draw", "pdf", Permission.DRAWS_RUN
    ),
)


def _by_key(reports: tuple[Report, ...]) -> dict[str, Report]:
    found = {report.key: report for report in reports}
    if len(found) != len(reports):
        raise ValueError("two reports have one key")
    return found


REPORTS = _by_key(_REPORTS)
