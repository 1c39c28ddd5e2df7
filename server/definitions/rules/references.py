"""What a condition refers to."""

from server.definitions.rules.shapes import Condition


def references_of(when: Condition | None) -> list[str]:
    """List the references of a condition, as often as they stand there."""
    if when is None:
        return []
    parts = [*when.get("all", ()), *when.get("any", ())]
    if "not" in when:
        parts.append(when["not"])
    found = [ref for part in parts for ref in references_of(part)]
    if "equals" in when:
        found.append(when["equals"][0])
    if "in" in when:
        found.append(when["in"][0])
    if "compare" in when:
        found.append(when["compare"][0])
    return found
