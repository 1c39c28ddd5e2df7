"""The page on which phones pick up the certificate."""

import urllib.request
from pathlib import Path

from server.ops import trust_page


def test_it_offers_the_certificate_its_fingerprint_and_the_way_on(tmp_path: Path) -> None:
    certificate = tmp_path / "ca.crt"
    certificate.write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    server = trust_page.start(
        "127.0.0.1", 0, certificate=certificate, fingerprint="AA:BB", address="https://10.0.0.2/"
    )
    try:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(base + "/anxun-ca.crt") as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
            assert answer.read() == certificate.read_bytes()
        for path in ("/", "/../../etc/passwd", "/ca.key"):
            with opener.open(base + path) as answer:
                page = answer.read().decode()
            assert "AA:BB" in page
            assert 'href="https://10.0.0.2/"' in page
    finally:
        server.shutdown()
        server.server_close()
