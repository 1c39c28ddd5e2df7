"""What the desk calls a phone when nobody gave it a name."""

KINDS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
BROWSERS = ("MicroMessenger", "Edg", "Firefox", "CriOS", "Chrome", "Safari")


def device_name(agent: str) -> str:
    """Return kind and browser, as far as the browser tells: "Android · Chrome"."""
    found = (next((name for name in names if name in agent), "") for names in (KINDS, BROWSERS))
    return " · ".join(filter(None, found))
