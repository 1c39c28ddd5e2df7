"""
One window of WebKit with a profile on the disk, steered by WebKitWebDriver.

WebKit's own MiniBrowser forgets everything at its end when a driver steers it; a phone does not.
Runs with the system's Python, which knows GTK: `python3 window.py <profile>`.
"""

import sys
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402 - only after the versions are chosen

SIZE = (390, 844)


def main(profile: str) -> None:
    """Wait for the driver, and show the page that it wants."""
    manager = WebKit2.WebsiteDataManager(
        base_data_directory=f"{profile}/data", base_cache_directory=f"{profile}/cache"
    )
    manager.get_cookie_manager().set_persistent_storage(
        f"{profile}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE
    )
    context = WebKit2.WebContext(website_data_manager=manager)
    context.set_automation_allowed(True)
    context.set_preferred_languages(["zh-CN"])
    window = Gtk.Window()
    window.set_default_size(*SIZE)
    window.connect("destroy", Gtk.main_quit)

    def begun(_context: Any, session: Any) -> None:
        told = WebKit2.ApplicationInfo()
        told.set_name("WebKit")
        told.set_version(1, 0, 0)
        session.set_application_info(told)
        session.connect("create-web-view", lambda _session: shown(window, context))

    context.connect("automation-started", begun)
    # The driver finds a context only once it has begun to work.
    WebKit2.WebView(web_context=context)
    Gtk.main()


def shown(window: Any, context: Any) -> Any:
    """A view that the driver steers, with a camera that shows a made-up picture."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    settings = view.get_settings()
    settings.set_enable_media_stream(True)
    settings.set_enable_mock_capture_devices(True)
    view.connect("permission-request", lambda _view, asked: asked.allow() or True)
    window.add(view)
    window.show_all()
    return view


if __name__ == "__main__":
    main(sys.argv[1])
