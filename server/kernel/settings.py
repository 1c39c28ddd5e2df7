"""Settings: read once from the environment, typed, with defaults that run on one machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
    )
