"""Every shipped YAML file (maps, tables, guides, the example configuration) against its editor schema in
docs/reference/schemas; the examples name their schema in their first line. Exit 77 without jsonschema."""
import json
import pathlib
import re
import sys

import yaml

try:
    import jsonschema
except ImportError:
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs/reference/schemas"
KINDS = {"map": "map.schema.json", "table": "code-table.schema.json", "guide": "guide.schema.json"}
LIMIT = 10  # problems shown of one file


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Dates and on/off stay what they are in the file: texts."""


Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] not in ("tag:yaml.org,2002:timestamp",)]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}


def kind_of(path):
    if path.name == "map.yaml":
        return "map"
    parts = path.relative_to(ROOT / "maps").parts
    if parts[0] == "codes":
        return "table"
    if parts[0] == "guides" and len(parts) == 4 and path.stem not in ("elements", "segments", "composites"):
        return "guide"
    return None


def main():
    checkers = {}
    for kind, name in KINDS.items():
        schema = json.loads((SCHEMAS / name).read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        checkers[kind] = jsonschema.Draft7Validator(schema)
    for wrong in ({"map": "x", "events": [], "lines": []}, {"map": "x", "document": "yaml", "events": []}, {"events": []}):
        assert any(checkers["map"].iter_errors(wrong)), wrong  # the test must be able to fail
    problems = seen = 0
    for path in sorted((ROOT / "partner-profiles").rglob("*.yaml")):
        seen += 1
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
        schema = (path.parent / named[1]).resolve() if named else None
        if schema is None or schema.parent != SCHEMAS or not schema.exists():
            problems += 1
            print(f"{path.relative_to(ROOT)}: its first line names no schema of docs/reference/schemas")
            continue
        checker = jsonschema.Draft7Validator(json.loads(schema.read_text()))
        for error in list(checker.iter_errors(yaml.load(path.read_text(), Loader)))[:LIMIT]:
            problems += 1
            print(f"{path.relative_to(ROOT)}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    for path in sorted((ROOT / "maps").rglob("*.yaml")):
        kind = kind_of(path)
        if kind is None:
            continue
        seen += 1
        document = yaml.load(path.read_text(), Loader)
        for error in list(checkers[kind].iter_errors(document))[:LIMIT]:
            problems += 1
            print(f"{path.relative_to(ROOT)}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    print(f"{seen} files, {problems} problems")
    return 1 if problems or seen < 50 else 0


sys.exit(main())
