"""A small plain-HTTP page on which a phone picks up the local authority's certificate.

It stands on its own port because a phone that does not trust the authority yet would meet a
warning page at the HTTPS address. It serves two fixed documents and reads nothing it is sent.
"""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>安巡 Anxun</title>
<style>body{{font:17px/1.7 system-ui,sans-serif;margin:2em auto;max-width:34em;padding:0 1.2em;
color:#12312f}}a.b{{display:block;margin:1em 0;padding:.8em;border-radius:.6em;background:#0f5c57;
color:#fff;text-align:center;text-decoration:none}}code{{font-size:12px;word-break:break-all}}
</style>
<h1>安巡 Anxun</h1>
<p>手机第一次使用前，请信任本机证书。仅首次需要。<br>
Before first use, let this phone trust the local certificate. Needed once.</p>
<a class="b" href="/anxun-ca.crt">① 下载证书 Download the certificate</a>
<p>iPhone：设置 → 已下载描述文件 → 安装；再到 通用 → 关于本机 → 证书信任设置 → 打开
“Anxun local authority”。<br>
Settings → Profile Downloaded → Install, then General → About → Certificate Trust Settings.</p>
<p>Android / 鸿蒙：设置 → 安全 → 更多安全设置 → 从存储设备安装 → CA 证书。<br>
Settings → Security → More → Install from storage → CA certificate.</p>
<p>指纹应与电脑终端显示的一致 The fingerprint must equal the one in the terminal:<br>
<code>SHA-256 {fingerprint}</code></p>
<a class="b" href="{address}">② 打开安巡 Open Anxun</a></html>"""


class _Handler(BaseHTTPRequestHandler):
    documents: dict[str, tuple[str, bytes]]
    server_version = "Anxun"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        kind, body = self.documents.get(self.path, self.documents["/"])
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the person who started the server."""


def start(
    host: str, port: int, *, certificate: Path, fingerprint: str, address: str
) -> ThreadingHTTPServer:
    """Serve the page from a background thread until the process ends."""
    page = PAGE.format(fingerprint=fingerprint, address=address).encode()

    class Handler(_Handler):
        documents = {
            "/": ("text/html; charset=utf-8", page),
            "/anxun-ca.crt": ("application/x-x509-ca-cert", certificate.read_bytes()),
        }

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
