"""tools/verify.py, loaded as what it is: a file of its own."""

import importlib.util
from types import ModuleType

from server.ops.paths import ROOT


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify", ROOT / "tools" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = _load()
