"""Plain values into the language's entries: every mistake of shape at its place, and the rest of the document saved for further checks."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pmosim.errors import did_you_mean, nearest
from pmosim.scenario.places import Findings, Origin, Path

AnyEntry = TypeVar("AnyEntry", bound=BaseModel)

_MEANT = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "dict": "a mapping (key: value)",
    "list": "a list",
    "string": "a text",
    "model": "a mapping (key: value)",
}
_FIXES = {
    "int": "write digits alone, such as 10000",
    "float": "write digits alone, such as 7.5",
    "bool": "write true or false",
    "dict": "write  key: value  in indented lines below, or {key: value}",
    "model": "write  key: value  in indented lines below, or {key: value}",
    "list": "begin each entry with '- ', or write [a, b]",
    "string": "write one value",
}


def validated(model: type[AnyEntry], value: Any, origin: Origin, findings: Findings) -> AnyEntry:
    """The entry without the parts that are wrong, which are reported. ``value`` is a mapping, and loses them too."""
    for _ in range(50):  # each round takes out all that is wrong; what lay hidden below an error comes up in the next
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                _report(model, detail, value, origin, findings)
                path = _drop(value, detail["loc"], keep_key=detail["type"] == "model_type")
                findings.drop(Origin(origin.source, (*origin.path, *path)))
    return model()


def _report(model: type[BaseModel], detail: Any, value: Any, origin: Origin, findings: Findings) -> None:
    path: Path = detail["loc"]
    where = Origin(origin.source, (*origin.path, *path))
    kind, given = detail["type"], detail.get("input")
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = known_keys(_model_at(model, path[:-1]))
        if meant := nearest(str(path[-1]), known):  # misspelt, and so not missing
            findings.drop(Origin(origin.source, (*origin.path, *path[:-1], meant)))
        findings.add(
            where, "unknown-key", f"'{path[-1]}' is not a key that is known here", _fix_of_key(str(path[-1]), given, known), key=True
        )
    elif "what" in context:
        findings.add(where, kind, context["what"], context["fix"])
    elif kind.startswith(("greater", "less")):
        limit = next(context[name] for name in ("gt", "ge", "lt", "le") if name in context)
        side = {"greater_than": "above", "greater_than_equal": "at least", "less_than": "below", "less_than_equal": "at most"}[kind]
        findings.add(
            where, "out-of-range", f"'{path[-1]}' must be {side} {limit:,}, but is {_brief(given)}", f"write a number {side} {limit:,}"
        )
    elif kind == "literal_error":
        findings.add(where, "unknown-choice", f"{_brief(given)} is not a choice for '{path[-1]}'", f"write {context['expected']}")
    else:
        stem = kind.split("_")[0]
        name = f"'{path[-1]}'" if path else "the scenario"
        findings.add(
            where,
            "wrong-type",
            f"{name} must be {_MEANT.get(stem, 'of another kind')}, but is {_brief(given)}",
            _FIXES.get(stem, "correct the value"),
        )


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = getattr(value, "text", value if isinstance(value, str) else str(value).lower())
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"


def _fix_of_key(key: str, given: Any, known: list[str]) -> str:
    if given is None and re.match(r"[\d.+-]+[a-z%]|FS|SS|FF|SF", key):
        return "inside { } a comma parts entries: part the values with spaces, or put the whole text in quotes"
    return did_you_mean(key, known, f"remove it, or use one of: {', '.join(known)}")


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    return {name: field.annotation for name, field in model.model_fields.items()}


def known_keys(model: type[BaseModel] | None) -> list[str]:
    return list(fields_of(model)) if model else []


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that checks the mapping at ``path``."""
    annotation: Any = model
    for step in path:
        own = entry_of(annotation)
        annotation = fields_of(own).get(str(step)) if own and is_entry(annotation) else inner_of(annotation)
    return entry_of(annotation)


def is_entry(annotation: Any) -> bool:
    """Whether a value of this type is one entry, and not a mapping or list of such."""
    return entry_of(annotation) is not None and not any(get_origin(part) in (dict, list) for part in (annotation, *get_args(annotation)))


def inner_of(annotation: Any) -> Any:
    """Type of what a mapping or list holds."""
    for part in (annotation, *get_args(annotation)):
        bare = get_args(part)[0] if get_origin(part) is Annotated else part
        if get_origin(bare) in (dict, list):
            return get_args(bare)[-1]
    return None


def entry_of(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _drop(value: Any, path: Path, *, keep_key: bool) -> Path:
    """Take the smallest part of a mapping out that holds ``path``; lists go as a whole, so that positions keep their meaning.

    With ``keep_key`` the part becomes empty instead: a task with a wrong description is still a task.
    """
    for depth, step in enumerate(path):
        inner = value.get(step) if isinstance(value, dict) else None
        if depth == len(path) - 1 or not isinstance(inner, dict):
            if isinstance(value, dict) and keep_key and depth == len(path) - 1:
                value[step] = None
            elif isinstance(value, dict):
                value.pop(step, None)
            return path[: depth + 1]
        value = inner
    return path
