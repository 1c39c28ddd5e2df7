"""The browser fixture itself: profiles survive, the camera shows what was drawn."""

from pathlib import Path

import pytest
from PIL import Image

from tests.support.browsers import Chromium, make_camera
from tests.support.live import LiveServer

pytestmark = pytest.mark.browser

LOOK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: true});
  const video = document.createElement('video');
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0, 1, 1);
  stream.getTracks().forEach((track) => track.stop());
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def test_the_camera_shows_the_picture_of_the_test(
    chromium: Chromium, live_server: LiveServer, tmp_path: Path
) -> None:
    red = Image.new("RGB", (640, 480), (220, 20, 20))
    context = chromium.open(camera=make_camera(tmp_path / "red.mjpeg", [red]))
    page = context.new_page()
    page.goto(live_server.url + "/healthz")
    r, g, b = page.evaluate(LOOK)
    assert r > 150
    assert max(g, b) < 90


def test_a_profile_keeps_its_storage_over_a_restart_and_over_a_kill(
    chromium: Chromium, live_server: LiveServer
) -> None:
    address = live_server.url + "/healthz"
    context = chromium.open("one")
    page = context.new_page()
    page.goto(address)
    page.evaluate("localStorage.setItem('kept', 'yes')")
    context.close()
    again = chromium.open("one").new_page()
    again.goto(address)
    assert again.evaluate("localStorage.getItem('kept')") == "yes"
    chromium.kill("one")
    third = chromium.open("one").new_page()
    third.goto(address)
    assert third.evaluate("localStorage.getItem('kept')") == "yes"
