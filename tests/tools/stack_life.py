"""A stack's whole life on an emulator: created, changed and deleted by change sets, and nothing is left.

`python stack_life.py ENDPOINT TEMPLATE CHANGED [NAME=VALUE …]`. Prints one JSON object: events, outputs, changes of the
update, and what is left (which should be nothing). Exits with 1 and a sentence on standard error where a step fails.
"""

import json
import sys
import time

import boto3
from botocore.config import Config

LISTED = [
    ("ec2", "describe_vpcs", "Vpcs"), ("ec2", "describe_subnets", "Subnets"), ("ec2", "describe_volumes", "Volumes"),
    ("ec2", "describe_security_groups", "SecurityGroups"), ("ec2", "describe_addresses", "Addresses"),
    ("ec2", "describe_route_tables", "RouteTables"), ("ec2", "describe_internet_gateways", "InternetGateways"),
    ("ec2", "describe_network_acls", "NetworkAcls"), ("ec2", "describe_vpc_endpoints", "VpcEndpoints"),
    ("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections"),
    ("ec2", "describe_launch_templates", "LaunchTemplates"), ("ec2", "describe_flow_logs", "FlowLogs"),
    ("s3", "list_buckets", "Buckets"), ("rds", "describe_db_instances", "DBInstances"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups"), ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ("elbv2", "describe_target_groups", "TargetGroups"), ("lambda", "list_functions", "Functions"),
    ("iam", "list_roles", "Roles"), ("iam", "list_instance_profiles", "InstanceProfiles"),
    ("sqs", "list_queues", "QueueUrls"), ("route53", "list_hosted_zones", "HostedZones"),
    ("logs", "describe_log_groups", "logGroups"),
]
STACK = "groundplan-judge"


def client(endpoint: str, service: str):
    quick = Config(retries={"max_attempts": 0}, connect_timeout=60, read_timeout=600, s3={"addressing_style": "path"})
    return boto3.client(service, endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="123456789012",
                        aws_secret_access_key="judge", config=quick)


def inventory(endpoint: str) -> dict:
    counts = {}
    for service, method, key in LISTED:
        try:
            counts[f"{service}.{method}"] = len(getattr(client(endpoint, service), method)().get(key, []))
        except Exception as error:  # a call the emulator does not have is the same before and after
            counts[f"{service}.{method}"] = type(error).__name__
    instances = client(endpoint, "ec2").describe_instances()["Reservations"]
    counts["instances"] = sum(i["State"]["Name"] != "terminated" for r in instances for i in r["Instances"])
    nats = client(endpoint, "ec2").describe_nat_gateways().get("NatGateways", [])
    counts["nats"] = sum(nat["State"] != "deleted" for nat in nats)
    return counts


def wait(read, done, seconds: float = 600):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = read()
        if done(found):
            return found
        time.sleep(0.05)
    sys.exit(f"no end after {seconds} s: {found}")


def deploy(cfn, template: str, kind: str, parameters: list) -> dict:
    name = f"{kind.lower()}-{time.monotonic_ns()}"
    cfn.create_change_set(StackName=STACK, ChangeSetName=name, ChangeSetType=kind, TemplateBody=template,
                          Capabilities=["CAPABILITY_IAM"], Parameters=parameters)
    plan = wait(lambda: cfn.describe_change_set(StackName=STACK, ChangeSetName=name),
                lambda p: p["Status"] in ("CREATE_COMPLETE", "FAILED"))
    if plan["Status"] == "FAILED":
        sys.exit(f"{kind} change set failed: {plan.get('StatusReason')}")
    cfn.execute_change_set(StackName=STACK, ChangeSetName=name)
    stack = wait(lambda: cfn.describe_stacks(StackName=STACK)["Stacks"][0],
                 lambda s: not s["StackStatus"].endswith("_IN_PROGRESS"))
    if stack["StackStatus"] != f"{kind}_COMPLETE":
        events = cfn.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in events
                   if "FAILED" in e["ResourceStatus"]]
        sys.exit(f"{kind} ended {stack['StackStatus']}: {reasons}")
    return {"plan": plan, "stack": stack}


def main() -> None:
    endpoint, template, changed, *values = sys.argv[1:]
    parameters = [dict(zip(("ParameterKey", "ParameterValue"), value.split("=", 1))) for value in values]
    before = inventory(endpoint)
    cfn = client(endpoint, "cloudformation")
    made = deploy(cfn, open(template).read(), "CREATE", parameters)
    alive = {key: value for key, value in inventory(endpoint).items() if value != before[key]}
    updated = deploy(cfn, open(changed).read(), "UPDATE", parameters)
    stack_id = made["stack"]["StackId"]
    cfn.delete_stack(StackName=STACK)
    gone = wait(lambda: cfn.describe_stacks(StackName=stack_id)["Stacks"][0],
                lambda s: not s["StackStatus"].endswith("_IN_PROGRESS"))
    after = inventory(endpoint)
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Action"] for c in updated["plan"]["Changes"]}
    print(json.dumps({
        "created": len(made["plan"]["Changes"]),
        "outputs": {o["OutputKey"]: o["OutputValue"] for o in made["stack"].get("Outputs", [])},
        "alive": alive, "changes": changes, "end": gone["StackStatus"],
        "left": {key: [before[key], value] for key, value in after.items() if value != before[key]},
    }))


if __name__ == "__main__":
    main()
