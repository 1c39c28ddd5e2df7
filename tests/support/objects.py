"""A real S3 server over a folder, behind a line that fails as told."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from server.kernel.settings import Bucket
from tests.support.ports import free_port

KEY, SECRET, BUCKET = "AKTEST", "SKTEST123", "evidence"
BUSY = b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"
HOP = {"connection", "transfer-encoding", "keep-alive", "expect"}


class Objects:
    """
    An object store; `fault` is what the line does now, `every` to which requests.

    busy: 503. cut: half a request arrives. mute: the answer is lost. forgetful: an upload is
    answered and not made. garbled: the bytes that come back are others. away: nobody listens.
    stuck: nothing moves until the fault is another.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "objects"
        (self.folder / BUCKET).mkdir(parents=True)
        self.fault, self.methods = "none", {"PUT", "GET", "HEAD", "DELETE"}
        self.seen: Counter[str] = Counter()
        self.stuck = threading.Event()
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("rclone")),
                *("serve", "s3", "--addr", f"127.0.0.1:{self.port}"),
                *("--auth-key", f"{KEY},{SECRET}", "--vfs-cache-mode", "off"),
                str(self.folder),
            ],
            env={"RCLONE_CONFIG": "/dev/null", "HOME": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._line = _Server(self)
        threading.Thread(target=self._line.serve_forever, daemon=True).start()
        self._await()
        self._own: Any = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )

    @property
    def environment(self) -> dict[str, str]:
        """The same for a server of its own."""
        told = {"BUCKET": BUCKET, "ENDPOINT": self.bucket.endpoint, "KEY": KEY, "SECRET": SECRET}
        return {f"ANXUN_S3_{name}": str(value) for name, value in told.items()}

    @property
    def bucket(self) -> Bucket:
        """What the product is told about it."""
        port = self._line.server_address[1]
        return Bucket(BUCKET, f"http://127.0.0.1:{port}", key=KEY, secret=SECRET)

    def path(self, sha256: str) -> Path:
        """Where rclone keeps an object."""
        return self.folder / BUCKET / "blobs" / sha256[:2] / sha256

    def lose(self, sha256: str) -> None:
        """Delete an object as somebody else would."""
        self._own.delete_object(Bucket=BUCKET, Key=f"blobs/{sha256[:2]}/{sha256}")

    def spoil(self, sha256: str, data: bytes) -> None:
        """Put other bytes under the name."""
        self._own.put_object(Bucket=BUCKET, Key=f"blobs/{sha256[:2]}/{sha256}", Body=data)

    def breaks(self, fault: str, *methods: str) -> None:
        """From now on the line does *fault* to these requests, or to all."""
        self.fault, self.methods = fault, set(methods) or {"PUT", "GET", "HEAD", "DELETE"}

    def pass_on(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask rclone."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            link.close()

    def stop(self) -> None:
        self._line.shutdown()
        self._line.server_close()
        self._process.terminate()
        self._process.wait(10)

    def _await(self) -> None:
        for _ in range(400):
            try:
                self.pass_on("GET", "/", b"", {})
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("rclone did not start")


class _Line(BaseHTTPRequestHandler):
    """One request on its way, and what happens to it."""

    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        objects = self._objects
        fault = objects.fault if self.command in objects.methods else "none"
        objects.seen[f"{self.command} {fault}"] += 1
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        while fault == "stuck":
            objects.stuck.set()
            time.sleep(0.01)
            fault = objects.fault
        if fault == "busy":
            self._tell(503, [], BUSY)
        elif fault == "cut":
            self._half(body)
        elif fault == "forgetful":
            self._tell(200, [("ETag", '"0"')], b"")
        elif fault != "away":
            self._pass_on(body, fault)

    do_GET = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815 - the library's names

    @property
    def _objects(self) -> Objects:
        assert isinstance(self.server, _Server)
        return self.server.objects

    def _pass_on(self, body: bytes, fault: str) -> None:
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        status, told, answer = self._objects.pass_on(self.command, self.path, body, headers)
        if fault == "garbled" and answer:
            answer = bytes([answer[0] ^ 1]) + answer[1:]
        if fault != "mute":
            self._tell(status, told, answer)

    def _half(self, body: bytes) -> None:
        """Half of the request reaches the store, and nothing comes back."""
        head = "".join(f"{k}: {v}\r\n" for k, v in self.headers.items())
        start = f"{self.command} {self.path} HTTP/1.1\r\n{head}\r\n".encode()
        with socket.create_connection(("127.0.0.1", self._objects.port), timeout=5) as link:
            link.sendall(start + body[: len(body) // 2])

    def _tell(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        kept = {k: v for k, v in headers if k.lower() not in HOP}
        self.send_response_only(status)
        for name, value in ({"Content-Length": str(len(body))} | kept).items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """The test counts for itself."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        super().__init__(("127.0.0.1", 0), _Line)
