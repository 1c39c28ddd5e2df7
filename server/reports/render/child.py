"""
Runs alone, as a script: sets one document and ends.

`child.py FOLDER SECONDS FONTS…` reads main.typ from FOLDER, takes fonts from the other folders and
writes document.pdf. It may not use more processor time or memory than a long document needs. What
typst merely warns of, such as a font that is not there, would be a blank on paper: an error here.
"""

import resource
import sys

import typst

MOST_MEMORY = 3 * 1024**3


def main(folder: str, seconds: int, fonts: list[str]) -> None:
    """Set main.typ."""
    resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=fonts)
    document, warnings = typst.compile_with_warnings(
        f"{folder}/main.typ", root=folder, font_paths=known, pdf_standards="a-2b"
    )
    if warnings:
        raise SystemExit("\n".join(map(str, warnings)))
    with open(f"{folder}/document.pdf", "wb") as file:
        file.write(document)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
