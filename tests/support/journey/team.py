"""Two people, two phones, one record: what each does with the team's pages."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.support.journey.phone import Phone
from tests.support.journey.values import Items
from tests.support.journey.walk import Walk

DAWDLE = 200


@dataclass
class Colleague:
    """One of the team with a phone."""

    phone: Phone
    items: Items
    id: str = ""
    walk: Walk = field(init=False)

    def __post_init__(self) -> None:
        self.walk = Walk(self.phone, self.items)

    def begin(self, task: str, checklist: str, floors: tuple[str, ...]) -> None:
        """Begin the task's whole checklist for these floors, wherever the others are."""
        phone = self.phone
        card = phone.at("assignment").filter(has_text=task)
        card.get_by_test_id("start-assignment").click()
        phone.choose("pick-checklist", checklist)
        phone.tap("start-inspection")
        phone.tap("pick-places-none")
        for floor in floors:
            phone.at("pick-places").locator("label", has_text=floor).first.click()
        phone.tap("begin")
        expect(phone.at("item-card")).to_be_visible()
        self.id = phone.page.url.rsplit("/", 1)[1]

    def team(self) -> None:
        """Open the team's page."""
        self.phone.goto(f"/inspections/{self.id}/team")
        expect(self.phone.at("team-page")).to_be_visible()

    def part(self, by: str, name: str) -> Locator:
        """A part in the list, grouped in one of the ways."""
        self.phone.at("parts").locator("label", has_text=by).click()
        return self.phone.at("part-row").filter(has_text=name)

    def take(self, by: str, *names: str) -> None:
        """我来: one tap for each part."""
        for name in names:
            row = self.part(by, name)
            row.get_by_test_id("part-take").click()
            expect(row.get_by_test_id("part-give")).to_have_text("我")

    def give(self, by: str, name: str, person: str) -> None:
        """Put a colleague in charge."""
        row = self.part(by, name)
        row.get_by_test_id("part-give").click()
        self.phone.page.locator("dialog[open]").get_by_role("button", name=person).click()
        expect(row.get_by_test_id("part-give")).to_have_text(person)

    def go_to(self, line: str) -> None:
        """Stand before one line."""
        self.phone.goto(f"/inspections/{self.id}?at={line}")
        expect(self.phone.at("item-card")).to_have_attribute("data-item", line.split("|")[1])

    def finish_own(self) -> None:
        """Pass together what can be passed together; the rest of one's own cannot be seen today."""
        for _ in range(DAWDLE):
            if self.walk.state()["finished"]:
                return
            if self._is_answered():
                self.phone.tap("step-next")
            elif not self.walk.pass_rest():
                self.walk.answer_unable()
        raise AssertionError("the walk does not end")

    def _is_answered(self) -> bool:
        """The phone may open at the line before: one that was answered is not answered again."""
        expect(self.phone.at("item-card")).to_be_visible()
        said = self.phone.page.locator("[data-testid^=answer-][aria-pressed=true]")
        return said.count() > 0

    def settle(self, value: str, reason: str) -> None:
        """Let one value stand, for a reason."""
        phone = self.phone
        phone.goto(f"/inspections/{self.id}/conflicts")
        card = phone.at("conflict")
        card.get_by_test_id(f"decide-{value}").click()
        phone.at("reasons").get_by_role("button", name=reason).click()
        expect(phone.at("snack")).to_contain_text(f"已确认为“{value}”")
