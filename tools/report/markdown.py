"""What is the same in every section of docs/experiments.md."""

import re

from .picture import picture_of


def image_of(one, number, drawing, files):
    slug = re.sub(r"[^a-z0-9]+", "-", drawing.title.lower()).strip("-")
    path = f"results/{one.name}/{number}-{slug}.svg"
    files[path] = picture_of(drawing)
    return f"![{plain(drawing.alt).replace(']', ')').replace('[', '(')}]({path})"


def anchor_of(heading):
    """As GitHub makes it of a heading, in plain words or as Markdown."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def published_line(claim):
    return f"- **Published:** {plain(claim['claim'])} ({plain(claim['source'])})"


def quoted(sentences):
    return "\n>\n".join(f"> {plain(sentence)}" for sentence in sentences)


def plain(words):
    """Nothing in it that Markdown takes for a mark."""
    return re.sub(r"([\\*<`|~])|(?<!\w)(_)|(_)(?!\w)", lambda found: f"\\{found[0]}", words)
