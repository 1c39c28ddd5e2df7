"""How cells look: keys grey, headings teal, texts wrapped; texts are stored as texts."""

from typing import Any

from server.authoring.workbook_fields import Column

_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
_LINE = {"border": 1, "border_color": "#D0D7DA"}


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        head = {**_FONT, **_LINE, "bold": True, "text_wrap": True, "valign": "vcenter"}
        self.head = book.add_format({**head, "bg_color": "#0F5C63", "font_color": "#FFFFFF"})
        self.key_head = book.add_format({**head, "bg_color": "#4A5A5E", "font_color": "#FFFFFF"})
        self.title = book.add_format({**_FONT, "bold": True, "font_size": 16})
        self.heading = book.add_format({**_FONT, "bold": True, "font_color": "#0F5C63"})
        self.wrapped = book.add_format({**_FONT, "text_wrap": True})
        body = {**_FONT, **_LINE, "text_wrap": True}
        as_text = {"num_format": "@", "quote_prefix": True}
        self.text = book.add_format({**body, **as_text})
        self._key = book.add_format(
            {**body, **as_text, "bg_color": "#ECEFF0", "font_name": "Consolas", "locked": True}
        )
        self._number = book.add_format({**body, "align": "right"})
        self._day = book.add_format({**body, "num_format": "yyyy-mm-dd", "align": "left"})

    def of(self, column: Column, *, is_key: bool) -> Any:
        """Choose the format of a column."""
        if is_key:
            return self._key
        if column.kind in ("int", "number"):
            return self._number
        return self._day if column.kind == "day" else self.text
