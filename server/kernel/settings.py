"""Settings: read once from the environment, typed, with defaults that run on one machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bucket:
    """An object store that speaks S3; `near_bytes` is the room for copies on the own disk."""

    name: str
    endpoint: str | None = None
    region: str = "us-east-1"
    prefix: str = ""
    key: str | None = None
    secret: str | None = field(default=None, repr=False)
    near_bytes: int = 5 * 1024**3


@dataclass(frozen=True)
class Settings:
    """Where things are and how strict the server is."""

    database_url: str
    var: Path
    store: Path
    demo: bool
    public_url: str
    testing: bool = False
    pwa_dist: Path = ROOT / "pwa" / "dist"
    checklists: Path = ROOT / "checklists"
    contracts: Path = ROOT / "contracts"
    proxies: frozenset[str] = frozenset({"127.0.0.1"})
    bucket: Bucket | None = None


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Build the settings from ANXUN_* variables."""
    env = os.environ if environ is None else environ
    var = Path(env.get("ANXUN_VAR", ROOT / "var"))
    return Settings(
        database_url=env.get("ANXUN_DATABASE_URL", f"sqlite:///{var / 'anxun.sqlite'}"),
        var=var,
        store=Path(env.get("ANXUN_STORE", var / "store")),
        demo=env.get("ANXUN_DEMO", "0") == "1",
        public_url=env.get("ANXUN_PUBLIC_URL", "").rstrip("/"),
        testing=env.get("ANXUN_TEST", "0") == "1",
        pwa_dist=Path(env.get("ANXUN_PWA_DIST", ROOT / "pwa" / "dist")),
        proxies=frozenset(env.get("ANXUN_PROXY", "127.0.0.1").replace(",", " ").split()),
        bucket=_bucket(env),
    )


def _bucket(env: Mapping[str, str]) -> Bucket | None:
    if not env.get("ANXUN_S3_BUCKET"):
        return None
    prefix = env.get("ANXUN_S3_PREFIX", "").strip("/")
    return Bucket(
        name=env["ANXUN_S3_BUCKET"],
        endpoint=env.get("ANXUN_S3_ENDPOINT") or None,
        region=env.get("ANXUN_S3_REGION", Bucket.region),
        prefix=f"{prefix}/" if prefix else "",
        key=env.get("ANXUN_S3_KEY") or None,
        secret=env.get("ANXUN_S3_SECRET") or None,
        near_bytes=int(float(env.get("ANXUN_S3_NEAR_GIB", "5")) * 1024**3),
    )
