"""Words, figures and tables put into one HTML file that asks for nothing else."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup

from . import canvas, legend

HERE = Path(__file__).resolve().parent


@dataclass
class Page:
    title: str
    question: str
    answer: list
    meta: str
    figures: list
    tables: list = field(default_factory=list)
    facts: list = field(default_factory=list)  # (title, [(name, value)])
    how: list = field(default_factory=list)


def html_of(page):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                                     undefined=jinja2.StrictUndefined)
    environment.globals |= {"swatch": lambda entry: Markup(legend.swatch(entry)), "own_names": own_names}
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("colours.css", "style.css"))
    return environment.get_template("page.html").render(page=page, style=Markup(style))


def write_page(page, file):
    """Whole or not at all."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        unfinished.write_text(html_of(page), encoding="utf-8")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def own_names(svg, prefix):
    return Markup(canvas.with_own_names(svg, prefix))
