"""Signatures drawn with a finger."""

from playwright.sync_api import Locator, expect

from tests.support.journey.phone import Phone

STROKES = (
    ((0.12, 0.55), (0.24, 0.25), (0.33, 0.7), (0.44, 0.35)),
    ((0.5, 0.3), (0.62, 0.65), (0.75, 0.3), (0.88, 0.6)),
)


def draw(phone: Phone, pad: Locator) -> None:
    """Two strokes across the line."""
    box = pad.bounding_box()
    assert box
    mouse = phone.page.mouse
    for stroke in STROKES:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=4)
        mouse.up()


def sign(phone: Phone, party: str, name: str) -> None:
    """Choose who signs, and sign."""
    phone.tap(f"sign-{party}")
    chosen = phone.at("signer-person").locator("select")
    label = chosen.locator("option", has_text=name).inner_text()
    chosen.select_option(label=label)
    pad = phone.at("signature-pad")
    pad.scroll_into_view_if_needed()
    draw(phone, pad)
    phone.tap("sign-save")
    expect(phone.at("sign-sheet")).to_have_count(0)
    expect(phone.at(f"signed-{party}").filter(has_text=name)).to_have_count(1)
