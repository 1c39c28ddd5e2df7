"""Who may import whom: the contracts hold, and they are able to fail."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import code_files, imports_of, relative

FEWEST_MODULES = 60
# started by the environment's own Python
NEEDS_THE_ENVIRONMENT = {"certificates.py", "gunicorn_conf.py", "qr.py"}
RESCUED = "a rescue file holds envelopes as phones send them"
#: reaches into a neighbour's schemas, with the reason
ALLOWED = {
    "server/reports/routes.py: server.hazards.schemas": "the export takes the list's own filters",
    "server/reports/gap_routes.py: server.insight.schemas": "the export takes the page's filters",
    "server/reports/table_routes.py: server.inspections.schemas": "so does this export",
    "server/rescue/bring.py: server.sync.schemas": RESCUED,
    "server/rescue/content.py: server.sync.schemas": RESCUED,
    "server/rescue/trial.py: server.sync.schemas": RESCUED,
}
PLANTS = {
    "Packages stack": ("server/kernel/planted.py", "import server.sync.models\n"),
    "Rules are pure": ("server/access/rules.py", "import flask\n"),
    "HTTP stops": ("server/org/queries.py", "import server.web.api\n"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold(examined: Examined) -> None:
    modules = grimp.build_graph("server", cache_dir=None).modules
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    analyzed = re.search(r"Analyzed (\d+) files", done.stdout)
    assert analyzed is not None, done.stdout
    assert int(analyzed[1]) >= FEWEST_MODULES
    assert len(modules) >= FEWEST_MODULES
    examined(len(modules), "modules in the import graph")


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "photos", "*.json")
    shutil.copytree(ROOT / "server", tmp_path / "server", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, text = PLANTS[contract]
    with (tmp_path / file).open("a") as planted:
        planted.write(text)
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert re.search(f"{contract}.* BROKEN", done.stdout), done.stdout


def test_installers_use_the_standard_library_alone() -> None:
    examined = [path for path in code_files(".py") if path.is_relative_to(ROOT / "server/ops")]
    foreign = {
        f"{path.name}: {module}"
        for path in examined
        if path.name not in NEEDS_THE_ENVIRONMENT
        for module in imports_of(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not module.startswith("server.ops")
    }
    assert len(examined) > 10
    assert foreign == set()


def test_no_feature_uses_the_routes_or_schemas_of_another() -> None:
    examined, wrong = 0, []
    for path in code_files(".py"):
        parts = Path(relative(path)).parts
        if parts[0] != "server" or len(parts) < 3 or parts[1] == "sync":
            continue
        examined += 1
        wrong += [
            f"{relative(path)}: {module}"
            for module in imports_of(path)
            if re.fullmatch(r"server\.\w+\.(routes|schemas)", module)
            and module.split(".")[1] not in (parts[1], "web")
        ]
    assert examined > FEWEST_MODULES // 2
    assert set(wrong) == set(ALLOWED)
