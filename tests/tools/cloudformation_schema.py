"""Makes src-tauri/crates/gp-export/schema/cloudformation.json: which properties the types have that we export.

Source: the schemas that the pinned cfn-lint carries, as AWS publishes them. Run by developers through
`cargo xtask codegen` with the tests' Python; the program and its tests only read the result.

Shape: {"source": VERSION, "date": DATE, "types": {TYPE: BODY}}. A BODY is {NAME: BODY}; an empty one says no more.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cfnlint
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

TYPES = """
AWS::ApiGatewayV2::Api AWS::Backup::BackupVault AWS::CertificateManager::Certificate AWS::CloudFront::Distribution
AWS::CloudWatch::Alarm AWS::CloudWatch::Dashboard AWS::DynamoDB::Table AWS::EC2::Instance
AWS::EC2::InstanceConnectEndpoint AWS::EC2::LaunchTemplate AWS::EC2::NatGateway AWS::EC2::Subnet
AWS::EC2::TransitGateway AWS::EC2::VPC AWS::EC2::VPCEndpoint AWS::EC2::VPNConnection AWS::EC2::Volume
AWS::ECR::Repository AWS::ECS::Service AWS::EFS::FileSystem AWS::EKS::Cluster AWS::ElastiCache::ReplicationGroup
AWS::ElasticLoadBalancingV2::LoadBalancer AWS::GuardDuty::Detector AWS::IAM::Role AWS::KMS::Key AWS::Kinesis::Stream
AWS::Lambda::Function AWS::Logs::LogGroup AWS::NetworkFirewall::Firewall AWS::RDS::DBInstance
AWS::RedshiftServerless::Namespace AWS::Route53::HostedZone AWS::Route53Resolver::ResolverEndpoint AWS::S3::Bucket
AWS::SNS::Topic AWS::SQS::Queue AWS::SecretsManager::Secret AWS::WAFv2::WebACL
""".split()
REGION = "us-east-1"


def body(schema: dict, node: dict, seen: tuple) -> dict:
    """Names below a node; a definition inside itself ends there."""
    while "$ref" in node:
        if node["$ref"] in seen:
            return {}
        seen += (node["$ref"],)
        target = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    if "items" in node and isinstance(node["items"], dict):
        return body(schema, node["items"], seen)
    found = {}
    for part in [node, *node.get("oneOf", []), *node.get("anyOf", [])]:
        for name, inner in part.get("properties", {}).items():
            found[name] = body(schema, inner, seen) if isinstance(inner, dict) else {}
    return found


def main() -> None:
    here = Path(__file__).parents[2] / "src-tauri/crates/gp-export/schema/cloudformation.json"
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else here
    types = {}
    for type_ in TYPES:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_).schema
        types[type_] = body(schema, schema, ())
        for path in schema.get("readOnlyProperties", []):
            types[type_].pop(path.removeprefix("/properties/"), None)
    date = json.loads((Path(cfnlint.__file__).parent / "data/schemas/version.json").read_text())["schema_date"][:10]
    result = {"source": f"cfn-lint=={version('cfn-lint')}", "date": date, "types": types}
    out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    print(f"wrote {out}: {len(types)} types")


if __name__ == "__main__":
    main()
