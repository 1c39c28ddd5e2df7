"""The lines that failed, each with the hazard its item proposes."""

from datetime import date

from server.checklists.rules.judge import judge
from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.shapes import Answers, Context, Finding, HazardProposal, answer_key
from server.definitions.rules.shapes import Definition, Item
from server.definitions.rules.values import add_days


def findings(definition: Definition, context: Context, answers: Answers) -> list[Finding]:
    """List failing lines in walking order."""
    items = items_by_key(definition)
    found: list[Finding] = []
    for row in lines(definition, context, answers):
        item = items[row["item"]]
        values = answers.get(answer_key(row["target"], row["item"]), {})
        verdict = judge(item, values, context["today"])
        if verdict["result"] == "fail":
            hazard = _proposal(item, context["today"])
            found.append({**row, "out": verdict["out"], "hazard": hazard})
    return found


def _proposal(item: Item, today: str) -> HazardProposal | None:
    if "on_fail" not in item:
        return None
    defaults = item["on_fail"]["hazard"]
    return {
        "title": defaults["title"],
        "grade": "general",  # Major is never concluded here: a person decides.
        "suspected_major": defaults["grade"] == "suspect-major",
        "criterion": defaults.get("criterion"),
        "note": defaults.get("note"),
        "category": defaults["category"],
        "due_days": defaults["due_days"],
        "due_on": add_days(date.fromisoformat(today), defaults["due_days"]).isoformat(),
        "stop_use": defaults.get("stop_use", False),
        "suggest": defaults["suggest"],
        "risk": item.get("risk"),
        "basis": item["basis"],
    }
