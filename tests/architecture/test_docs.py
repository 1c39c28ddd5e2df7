"""Documents point at things that exist."""

import re

from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import code_files, relative

LINK = re.compile(r"\]\(([^)\s]+)\)")
TARGET = re.compile(r"`make ([a-z]+)")


def test_every_link_between_documents_leads_somewhere(examined: Examined) -> None:
    dead, links = [], 0
    for path in code_files(".md"):
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:|#", target):
                continue
            links += 1
            if not (path.parent / target.split("#")[0]).exists():
                dead.append(f"{relative(path)}: {target}")
    examined(links, "links between documents")
    assert dead == []


def test_documents_name_only_targets_that_the_makefile_has(examined: Examined) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        (relative(path), target)
        for path in code_files(".md")
        for target in TARGET.findall(path.read_text(encoding="utf-8"))
    }
    examined(len(named), "mentions of make targets")
    assert {(where, target) for where, target in named if target not in known} == set()
