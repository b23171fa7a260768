"""How the documentation is built: Markdown in, HTML out, and no warning let through."""

import re
import tomllib
from pathlib import Path
from typing import ClassVar

from pygments.lexer import RegexLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text
from sphinx.application import Sphinx

_project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]

project = "Fairtone"
author = "Voipkonnec"
copyright = "2026, Voipkonnec"
version = release = _project["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

# A reference that leads nowhere is an error. What other packages document, they
# document elsewhere, and the build asks no network.
nitpicky = True
# Neither is it an error that a signature names a type of our own that has no page.
nitpick_ignore_regex = [
    (r"py:class", r"fairtone\..*"),
    (r"py:.*", r"(numpy|np|pyarrow|pa|numba|duckdb|msgspec|lark|rich|cyclopts)\..*"),
    (r"py:.*", r"(collections|datetime|fractions|enum|pathlib|typing|types|os|decimal|re|io)\..*"),
]

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"Fairtone {release}"
html_static_path = ["_static"]
html_css_files = ["fairtone.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e4f", "color-brand-content": "#0b6e4f"},
    "dark_css_variables": {"color-brand-primary": "#5fd3a5", "color-brand-content": "#5fd3a5"},
}


class PolicyLexer(RegexLexer):
    """Colours for the blocks of a policy: `rule`, `test` and `ladder`."""

    name = "Fairtone policy"
    aliases: ClassVar = ["rule", "test", "ladder"]
    filenames: ClassVar[list[str]] = []
    flags = re.MULTILINE

    tokens: ClassVar = {
        "root": [
            (r"#.*$", Comment.Single),
            (r'"', String, "sentence"),
            (
                (
                    r"^\s*(on|subject|let|when|unless|then|because|why|once per|mode|given|expect|"
                    r"for|strikes)\b"
                ),
                Keyword,
            ),
            (
                (
                    r"\b(and|or|not|is|in|per|over|by|of|where|among|as|within|before|after|on|"
                    r"for|to|no|from|every|with|known|unknown)\b"
                ),
                Operator.Word,
            ),
            (r"\b\d[\d_,.]*\s?(%|[A-Za-z]{1,3}\b)?", Number),
            (r"[<>=!+\-*/]+", Operator),
            (r"[A-Za-z_][\w.-]*", Name),
            (r"\s+", Text),
            (r".", Text),
        ],
        "sentence": [
            (r"\{[^}]*\}", String.Interpol),
            (r'[^"{]+', String),
            (r'"', String, "#pop"),
            (r"\{", String),
        ],
    }


def setup(app: Sphinx) -> None:
    """Make the lexer known under each name that a fence may carry."""
    for alias in PolicyLexer.aliases:
        app.add_lexer(alias, PolicyLexer)
