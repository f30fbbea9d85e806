"""Compares the catalog's tables for AWS with what AWS publishes, as the pinned cfn-lint and botocore carry it.

`python aws_tables.py FOLDER` reads FOLDER/regions.toml, sizes.toml and databases.toml and prints a JSON list of what is
not so: a region that AWS does not have, a type or class that it has nowhere, an engine version that it does not offer,
and a type that some region of the table lacks without being said so under `[absent.aws]`.
"""

import json
import sys
import tomllib
from pathlib import Path

import boto3
import cfnlint

PUBLISHED = Path(cfnlint.__file__).parent / "data/schemas/extensions"
# As the exports write them.
ENGINES = {"postgresql": "postgres", "mysql": "mysql", "sqlserver": "sqlserver-se"}


def published(name: str):
    return json.loads((PUBLISHED / name).read_text())


def server_types() -> dict[str, set[str]]:
    """Region → types."""
    rows = published("aws_ec2_instance/instancetype_enum.json").items()
    return {region: set(row["enum"]) for region, row in rows if isinstance(row, dict)}


def rules(engine: str, schema: dict, property_: str) -> set[str]:
    """Values of a property that a list of conditions allows for an engine."""
    found = set()
    for row in schema.get("allOf", []):
        if row["if"]["properties"].get("Engine", {}).get("const") == engine:
            found |= set(row["then"]["properties"].get(property_, {}).get("enum", []))
    return found


def regions(table: dict) -> tuple[set[str], list[str]]:
    session = boto3.session.Session()
    known = {name for part in session.get_available_partitions() for name in session.get_available_regions("ec2", part)}
    ours = {row["aws"][0] for row in table["metro"].values() if "aws" in row}
    return ours, [f"AWS has no region {name}" for name in sorted(ours - known)]


def servers(table: dict, ours: set[str]) -> list[str]:
    found, offered, absent = [], server_types(), table["absent"]["aws"]
    for rows in table["aws"]["server"].values():
        for type_, *_ in rows:
            lacking = sorted(region for region in ours & offered.keys() if type_ not in offered[region])
            said = sorted(absent.get(type_.split(".")[0], []))
            if lacking != said:
                found.append(f"{type_}: AWS lacks it in {lacking}, the table says {said}")
    return found


def databases(sizes: dict, engines: dict, ours: set[str]) -> list[str]:
    classes = published("aws_rds_dbinstance/dbinstanceclass_enum.json")
    versions = published("aws_rds_dbinstance/engine_version.json")
    found = []
    for engine, name in ENGINES.items():
        newest = engines["engine"][engine]["newest"]
        offered = rules(name, versions, "EngineVersion")
        # A major version means its newest minor one. SQL Server counts by years, AWS by the maker's numbers.
        if engine != "sqlserver" and not any(f"{version}.".startswith(f"{newest}.") for version in offered):
            found.append(f"AWS does not offer {engine} {newest}")
        for class_, *_ in sizes["aws"]["database"][engine]:
            has = [region for region in ours & classes.keys() if class_ in rules(name, classes[region], "DBInstanceClass")]
            if not has:
                found.append(f"AWS has no {class_} for {engine}")
    return found


def caches(sizes: dict, ours: set[str]) -> list[str]:
    offered = published("aws_elasticache_cachecluster/cachenodetype_enum.json")
    everywhere = {type_ for region in ours & offered.keys() for type_ in offered[region]["enum"]}
    rows = [type_ for rows in sizes["aws"]["cache"].values() for type_, *_ in rows]
    return [f"AWS has no {type_} for a cache" for type_ in rows if type_ not in everywhere]


def main() -> None:
    tables = {name: tomllib.loads((Path(sys.argv[1]) / f"{name}.toml").read_text())
              for name in ("regions", "sizes", "databases")}
    ours, found = regions(tables["regions"])
    found += servers(tables["sizes"], ours)
    found += databases(tables["sizes"], tables["databases"], ours)
    found += caches(tables["sizes"], ours)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
