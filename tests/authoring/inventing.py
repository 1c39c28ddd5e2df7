"""
Whole checklists invented from the schema, so that what the schema gains is invented too.

Random numbers come from a seed that Hypothesis draws; what is made is valid in shape, not in sense.
"""

import json
import re
from functools import cache
from random import Random
from typing import Any

from jsonschema import Draft202012Validator

from server.definitions.load import CONTRACTS

SCHEMA: dict[str, Any] = json.loads((CONTRACTS / "checklist.schema.json").read_text("utf-8"))
DEEPEST_CONDITION = 3
TEXTS = [
    "灭火器是否在有效期内？", "=1+1", "+86 10", "-5", "@cmd", "_x0041_", "a  b", "是", "12", "1.50",
    "0012", "１２３", "合格、不合格", "甲；乙，丙", '"quoted" \'text\'', "<b>&amp;</b>", "🧯 ok",
    "tab\there", "2026-11-21", "TRUE", "true", "#N/A", "1E5", "https", "\u00a0x\u00a0y".strip(),
    "很长" * 300, "{=SUM(A1)}", "'apostrophe", "𠮷野家", "null",
]  # fmt: skip
WORDS = ["a", "b2", "has_gas", "co2", "high_rise", "floor", "room", "true", "x-ray", "yes"]
REFS = [
    "unit.tier", "unit.beds", "unit.attributes.has_gas", "unit.attributes.unheard_of",
    "place.kind", "place.attributes.underground", "fire.exit.clear", "fire.exit.clear.kind",
]  # fmt: skip
SCALARS: list[Any] = [
    True, False, 0, 5, -3, 0.5, 1e-7, 123456789.125, "pass", "fail", "na", "unable", "hospital",
    "village", "a", "true", "5", "合格", "是", "x y", 'with "quotes"', "且", "co2", "2026-11-21",
    "back\\slash", "）", "",
]  # fmt: skip


def a_checklist(seed: int) -> dict[str, Any]:
    """Invent one."""
    found: dict[str, Any] = Inventor(Random(seed)).make(SCHEMA)
    return found


@cache
def _validator(ref: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": ref, "$defs": SCHEMA["$defs"]})


class Inventor:
    """Follows the schema with random choices."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0
        self.depth = 0

    def make(self, schema: dict[str, Any]) -> Any:
        """Follow a schema; where it excludes combinations, try until one is allowed."""
        if "$ref" in schema:
            return self._referred(schema["$ref"])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "integer":
                return self.random.randint(schema.get("minimum", 0), schema.get("maximum", 99))
            case "number":
                return self.random.choice([1, 2.5, 0.1 + 0.2, 400, 0.002, 7])
            case "boolean":
                return self.random.random() < 0.5
        return self._string(schema)

    def _string(self, schema: dict[str, Any]) -> str:
        fitting = re.compile(schema.get("pattern", ""))
        named = [f"some-list.a{self._number()}", f"w{self._number()}"] if fitting.pattern else []
        found = [text for text in [*named, *TEXTS] if len(text) > 1 and fitting.search(text)]
        return found[0] if named else self.random.choice(found)

    def _referred(self, ref: str) -> Any:
        name = ref.rpartition("/")[2]
        word = name.replace("-", "_")
        made = getattr(self, "_" + word, None) or (self.condition if word == "condition" else None)
        if made:
            return made()
        for _ in range(200):
            found = self.make(SCHEMA["$defs"][name])
            if _validator(ref).is_valid(found):
                return found
        raise AssertionError(f"nothing valid was found for {ref}")

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, inner in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self.random.random() < 0.4:
                found[name] = self.make(inner)
        return found

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        least = schema.get("minItems", 0)
        several = [self.make(schema["items"]) for _ in range(self.random.randint(least, least + 2))]
        if schema.get("uniqueItems"):
            unique = {json.dumps(one): one for one in several}
            return list(unique.values())
        return several

    def _answer(self) -> Any:
        kinds = SCHEMA["$defs"]["answer"]["properties"]["type"]["enum"]
        return self._referred(f"#/$defs/answer-{self.random.choice(kinds)}")

    def _reading(self) -> Any:
        kinds = SCHEMA["$defs"]["reading"]["properties"]["type"]["enum"]
        return self._referred(f"#/$defs/reading-{self.random.choice(kinds)}")

    def _text(self) -> dict[str, str]:
        return {"zh": self.random.choice(TEXTS), "en": self.random.choice(TEXTS)}

    def _day(self) -> str:
        return f"20{self.random.randint(10, 40)}-0{self.random.randint(1, 9)}-28"

    def _number(self) -> int:
        self.count += 1
        return self.count

    def _fact(self) -> str:
        return f"FIRE-{self._number() % 100:02d}"

    def _word(self) -> str:
        return f"{self.random.choice(WORDS)}_{self._number()}"

    def _item_key(self) -> str:
        return f"fire.some-thing.n{self._number()}"

    def _ref(self) -> str:
        return self.random.choice(REFS)

    def _scalar(self) -> Any:
        return self.random.choice(SCALARS)

    def condition(self) -> dict[str, Any]:
        """Invent a condition."""
        self.depth += 1
        forms = ["equals", "in", "compare"]
        forms += ["all", "any", "not"] if self.depth < DEEPEST_CONDITION else []
        form = self.random.choice(forms)
        found = {form: self._form(form)}
        self.depth -= 1
        return found

    def _form(self, form: str) -> Any:
        several = range(self.random.randint(1, 3))
        match form:
            case "equals":
                return [self._ref(), self._scalar()]
            case "in":
                return [self._ref(), [self._scalar() for _ in several]]
            case "compare":
                operator = self.random.choice(["<", "<=", ">", ">="])
                return [self._ref(), operator, self.random.choice([1, 2.5, -0.125, 10**9])]
            case "not":
                return self.condition()
        return [self.condition() for _ in several]
