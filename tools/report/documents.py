"""The JSON that reports are made of, read and compared with its schema in docs/."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).resolve().parents[2] / "docs"


class UnreadableResults(Exception):
    """What is wrong with a file, in words for the user."""


def read_document(file, schema_name):
    """Raises UnreadableResults for what the schema does not allow."""
    try:
        document = json.loads(Path(file).read_text(encoding="utf-8"))
        schema = json.loads((SCHEMAS / schema_name).read_text(encoding="utf-8"))
        jsonschema.validate(document, schema)
    except (OSError, ValueError) as error:
        raise UnreadableResults(f"{file}: {error}") from error
    except jsonschema.ValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path) or "the whole"
        raise UnreadableResults(f"{file}: {place}: {error.message}") from error
    return document


def told_time(seconds):
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
