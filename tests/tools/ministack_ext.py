"""MiniStack with the CloudFormation types that it lacks, and the refusals that EC2 itself gives.

`python ministack_ext.py` starts it (BIND_HOST, GATEWAY_PORT and MINISTACK_ACCOUNT_ID as MiniStack takes them). It uses
internals of one pinned version; `check_internals` says at the start which of them are gone, so that a new version
cannot fail in silence. Nothing here leaves the loopback interface.
"""

import ipaddress
import os
import re
import sys
import threading

import ministack.services.ec2 as ec2
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS
NEEDED = """_run_instances _terminate_instances _create_volume _delete_volume _attach_volume _detach_volume
_allocate_address _release_address _create_nat_gateway _delete_nat_gateway _authorize_sg_ingress _authorize_sg_egress
_revoke_sg_ingress _revoke_sg_egress _create_network_acl _create_network_acl_entry _delete_network_acl_entry _instances
_create_flow_logs _delete_flow_logs _create_vpc_peering_connection _accept_vpc_peering_connection _vpc_peering _addresses
_subnets _vpcs _volumes _security_groups _network_acls _nat_gateways""".split()


def check_internals() -> None:
    gone = [name for name in NEEDED if not hasattr(ec2, name)]
    gone += [name for name in ("_RESOURCE_HANDLERS", "_REPLACING_PROPERTIES", "_delete_predecessor", "_ec2_apply_tags")
             if not hasattr(provisioners, name)]
    if gone:
        sys.exit(f"this MiniStack lacks {', '.join(gone)}: adapt {__file__} to it")


def refuse(message: str, code: str) -> None:
    raise ValueError(f"{message} (Service: Ec2, Status Code: 400, Error Code: {code})")


def call(function, **arguments) -> str:
    """Calls EC2 as the query protocol does; an error answer becomes the exception that rolls a stack back."""
    status, _headers, body = function({key: [str(value)] for key, value in arguments.items() if value is not None})
    body = body.decode() if isinstance(body, bytes) else str(body)
    if status >= 400:
        message, code = element(body, "Message") or body, element(body, "Code") or "Unknown"
        refuse(message, code)
    return body


def element(xml: str, name: str):
    found = re.search(rf"<{name}>(.*?)</{name}>", xml, re.S)
    return found[1] if found else None


def need(table, key, code: str) -> None:
    if key not in table:
        refuse(f"The ID '{key}' does not exist", code)


def register(type_: str, create, delete, create_only=None, change=None) -> None:
    """`create_only` names properties whose change makes the thing anew; `None`: any does."""

    def update(physical, old, new, stack, logical=None):
        changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        if changed - {"Tags"} and (create_only is None or changed & set(create_only)):
            made = create(logical, new, stack)
            provisioners._delete_predecessor(delete, physical, old)
            return made
        if change:
            change(physical, new)
        if "Tags" in changed:
            provisioners._ec2_apply_tags(physical, new)
        return physical, attributes(type_, physical)

    HANDLERS[type_] = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
    if create_only is not None:
        provisioners._REPLACING_PROPERTIES[type_] = tuple(create_only)


def attributes(type_: str, physical: str) -> dict:
    if type_ == "AWS::EC2::Instance":
        instance = ec2._instances[physical]
        zone = instance.get("Placement", {}).get("AvailabilityZone", "")
        return {"PrivateIp": instance.get("PrivateIpAddress", ""), "InstanceId": physical, "AvailabilityZone": zone}
    if type_ == "AWS::EC2::EIP":
        for address in ec2._addresses.values():
            if address["PublicIp"] == physical:
                return {"AllocationId": address["AllocationId"], "PublicIp": physical}
    return {"Id": physical, "VolumeId": physical, "NatGatewayId": physical}


def create_address(_logical, properties, _stack):
    made = call(ec2._allocate_address, Domain="vpc")
    allocation = element(made, "allocationId")
    provisioners._ec2_apply_tags(allocation, properties)
    return element(made, "publicIp"), {"AllocationId": allocation, "PublicIp": element(made, "publicIp")}


def delete_address(physical, _properties):
    for allocation, address in list(ec2._addresses.items()):
        if address["PublicIp"] == physical:
            call(ec2._release_address, AllocationId=allocation)


def create_nat(_logical, properties, _stack):
    need(ec2._subnets, properties.get("SubnetId"), "InvalidSubnetID.NotFound")
    made = call(ec2._create_nat_gateway, SubnetId=properties["SubnetId"], AllocationId=properties.get("AllocationId"))
    physical = element(made, "natGatewayId")
    provisioners._ec2_apply_tags(physical, properties)
    return physical, {"NatGatewayId": physical}


def delete_nat(physical, _properties):
    if physical in ec2._nat_gateways:
        call(ec2._delete_nat_gateway, NatGatewayId=physical)


def group_rule(properties, peer: str) -> dict:
    if properties.get(peer):
        need(ec2._security_groups, properties[peer], "InvalidGroup.NotFound")
    prefix = "IpPermissions.1."
    lists = {k: v for k, v in properties.items() if k.endswith("PrefixListId")}
    return {
        "GroupId": properties["GroupId"],
        f"{prefix}IpProtocol": properties["IpProtocol"],
        f"{prefix}FromPort": properties.get("FromPort"),
        f"{prefix}ToPort": properties.get("ToPort"),
        f"{prefix}IpRanges.1.CidrIp": properties.get("CidrIp"),
        f"{prefix}Groups.1.GroupId": properties.get(peer),
        f"{prefix}PrefixListIds.1.PrefixListId": next(iter(lists.values()), None),
    }


def register_rule(way: str, authorize, revoke, peer: str) -> None:
    def create(logical, properties, stack):
        need(ec2._security_groups, properties.get("GroupId"), "InvalidGroup.NotFound")
        made = call(authorize, **group_rule(properties, peer))
        physical = element(made, "securityGroupRuleId") or f"{properties['GroupId']}|{way}|{logical}"
        return physical, {"Id": physical}

    def delete(_physical, properties):
        if properties.get("GroupId") in ec2._security_groups:
            arguments = group_rule({k: v for k, v in properties.items() if k != peer}, peer)
            if properties.get(peer) in ec2._security_groups:
                arguments["IpPermissions.1.Groups.1.GroupId"] = properties[peer]
            call(revoke, **arguments)

    register(f"AWS::EC2::SecurityGroup{way}", create, delete)


def create_acl(_logical, properties, _stack):
    need(ec2._vpcs, properties.get("VpcId"), "InvalidVpcID.NotFound")
    physical = element(call(ec2._create_network_acl, VpcId=properties["VpcId"]), "networkAclId")
    provisioners._ec2_apply_tags(physical, properties)
    return physical, {"Id": physical}


def create_acl_entry(logical, properties, stack):
    ports = properties.get("PortRange", {})
    call(ec2._create_network_acl_entry, NetworkAclId=properties["NetworkAclId"], RuleNumber=properties["RuleNumber"],
         Protocol=properties["Protocol"], RuleAction=properties["RuleAction"], CidrBlock=properties.get("CidrBlock"),
         Egress=str(properties.get("Egress", False)).lower(),
         **{"PortRange.From": ports.get("From"), "PortRange.To": ports.get("To")})
    physical = f"{stack}-{logical}"
    return physical, {"Id": physical}


def delete_acl_entry(_physical, properties):
    if properties.get("NetworkAclId") in ec2._network_acls:
        call(ec2._delete_network_acl_entry, NetworkAclId=properties["NetworkAclId"],
             RuleNumber=properties["RuleNumber"], Egress=str(properties.get("Egress", False)).lower())


def associate_acl(logical, properties, stack):
    need(ec2._network_acls, properties["NetworkAclId"], "InvalidNetworkAclID.NotFound")
    physical = f"aclassoc-{logical.lower()}"
    row = {"NetworkAclAssociationId": physical, "NetworkAclId": properties["NetworkAclId"],
           "SubnetId": properties["SubnetId"]}
    ec2._network_acls[properties["NetworkAclId"]]["Associations"].append(row)
    return physical, {"AssociationId": physical}


def dissociate_acl(physical, _properties):
    for acl in ec2._network_acls.values():
        acl["Associations"] = [row for row in acl["Associations"] if row.get("NetworkAclAssociationId") != physical]


def create_instance(_logical, properties, _stack):
    interface = (properties.get("NetworkInterfaces") or [{}])[0]
    subnet = properties.get("SubnetId") or interface.get("SubnetId")
    need(ec2._subnets, subnet, "InvalidSubnetID.NotFound")
    groups = properties.get("SecurityGroupIds") or interface.get("GroupSet") or []
    for group in groups:
        need(ec2._security_groups, group, "InvalidGroup.NotFound")
    address = properties.get("PrivateIpAddress") or interface.get("PrivateIpAddress")
    range_ = ipaddress.ip_network(ec2._subnets[subnet]["CidrBlock"])
    if address and ipaddress.ip_address(address) not in range_:
        refuse(f"Address {address} does not fall within the subnet's address range", "InvalidParameterValue")
    for other in ec2._instances.values():
        if address and other["State"]["Name"] != "terminated" and other.get("PrivateIpAddress") == address:
            refuse(f"Address {address} is in use.", "InvalidIPAddress.InUse")
    made = call(ec2._run_instances, ImageId=properties.get("ImageId"), InstanceType=properties.get("InstanceType"),
                MinCount=1, MaxCount=1, SubnetId=subnet, PrivateIpAddress=address,
                **{f"SecurityGroupId.{number}": group for number, group in enumerate(groups, 1)})
    physical = element(made, "instanceId")
    provisioners._ec2_apply_tags(physical, properties)
    zone = ec2._subnets[subnet].get("AvailabilityZone")
    if zone:
        ec2._instances[physical].setdefault("Placement", {})["AvailabilityZone"] = zone
    return physical, attributes("AWS::EC2::Instance", physical)


def delete_instance(physical, _properties):
    """The root volume goes with its instance."""
    if physical in ec2._instances:
        call(ec2._terminate_instances, **{"InstanceId.1": physical})
    for key, volume in list(ec2._volumes.items()):
        if any(row.get("InstanceId") == physical for row in volume.get("Attachments", [])):
            ec2._volumes.pop(key)


def create_volume(_logical, properties, _stack):
    made = call(ec2._create_volume, AvailabilityZone=properties["AvailabilityZone"], Size=properties.get("Size"),
                VolumeType=properties.get("VolumeType"), Encrypted=str(properties.get("Encrypted", False)).lower())
    physical = element(made, "volumeId")
    provisioners._ec2_apply_tags(physical, properties)
    return physical, {"VolumeId": physical}


def attach_volume(_logical, properties, _stack):
    need(ec2._volumes, properties["VolumeId"], "InvalidVolume.NotFound")
    need(ec2._instances, properties["InstanceId"], "InvalidInstanceID.NotFound")
    call(ec2._attach_volume, VolumeId=properties["VolumeId"], InstanceId=properties["InstanceId"],
         Device=properties.get("Device"))
    return f"{properties['VolumeId']}|{properties['InstanceId']}", {}


def detach_volume(_physical, properties):
    if properties.get("VolumeId") in ec2._volumes:
        call(ec2._detach_volume, VolumeId=properties["VolumeId"])


def create_flow_log(_logical, properties, _stack):
    need(ec2._vpcs, properties.get("ResourceId"), "InvalidVpcID.NotFound")
    made = call(ec2._create_flow_logs, ResourceType=properties["ResourceType"], TrafficType=properties["TrafficType"],
                LogGroupName=properties.get("LogGroupName"), **{"ResourceId.1": properties["ResourceId"]})
    physical = re.search(r"fl-\w+", made)[0]
    provisioners._ec2_apply_tags(physical, properties)
    return physical, {"Id": physical}


def create_peering(_logical, properties, _stack):
    for key in ("VpcId", "PeerVpcId"):
        need(ec2._vpcs, properties.get(key), "InvalidVpcID.NotFound")
    made = call(ec2._create_vpc_peering_connection, VpcId=properties["VpcId"], PeerVpcId=properties["PeerVpcId"])
    physical = element(made, "vpcPeeringConnectionId")
    # Inside one account CloudFormation accepts by itself.
    call(ec2._accept_vpc_peering_connection, VpcPeeringConnectionId=physical)
    provisioners._ec2_apply_tags(physical, properties)
    return physical, {"Id": physical}


def databases_with_secrets() -> None:
    """RDS keeps the master password in a secret where the template asks for it, and says which."""
    handler = HANDLERS["AWS::RDS::DBInstance"]
    create = handler["create"]

    def with_secret(logical, properties, stack):
        physical, found = create(logical, properties, stack)
        if str(properties.get("ManageMasterUserPassword")).lower() == "true":
            found["MasterUserSecret.SecretArn"] = f"arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!{physical}"
        return physical, found

    handler["create"] = with_secret


def refusing_subnets() -> None:
    create = HANDLERS["AWS::EC2::Subnet"]["create"]

    def checked(logical, properties, stack):
        need(ec2._vpcs, properties.get("VpcId"), "InvalidVpcID.NotFound")
        own = ipaddress.ip_network(properties["CidrBlock"])
        if not own.subnet_of(ipaddress.ip_network(ec2._vpcs[properties["VpcId"]]["CidrBlock"])):
            refuse(f"The CIDR '{own}' is invalid.", "InvalidSubnet.Range")
        for other in ec2._subnets.values():
            if other["VpcId"] == properties["VpcId"] and own.overlaps(ipaddress.ip_network(other["CidrBlock"])):
                refuse(f"The CIDR '{own}' conflicts with another subnet", "InvalidSubnet.Conflict")
        return create(logical, properties, stack)

    HANDLERS["AWS::EC2::Subnet"]["create"] = checked
    provisioners._ec2_subnet_create = checked


def register_all() -> None:
    register("AWS::EC2::EIP", create_address, delete_address, ["Domain"])
    register("AWS::EC2::NatGateway", create_nat, delete_nat, ["SubnetId", "AllocationId"])
    register_rule("Ingress", ec2._authorize_sg_ingress, ec2._revoke_sg_ingress, "SourceSecurityGroupId")
    register_rule("Egress", ec2._authorize_sg_egress, ec2._revoke_sg_egress, "DestinationSecurityGroupId")
    register("AWS::EC2::NetworkAcl", create_acl, lambda i, p: ec2._network_acls.pop(i, None), ["VpcId"])
    register("AWS::EC2::NetworkAclEntry", create_acl_entry, delete_acl_entry)
    register("AWS::EC2::SubnetNetworkAclAssociation", associate_acl, dissociate_acl)
    register("AWS::EC2::Instance", create_instance, delete_instance,
             ["ImageId", "SubnetId", "AvailabilityZone", "KeyName", "PrivateIpAddress", "NetworkInterfaces"],
             lambda i, new: ec2._instances[i].update(InstanceType=new.get("InstanceType")))
    register("AWS::EC2::Volume", create_volume, lambda i, p: i in ec2._volumes and call(ec2._delete_volume, VolumeId=i),
             ["AvailabilityZone", "Encrypted"])
    register("AWS::EC2::VolumeAttachment", attach_volume, detach_volume, ["VolumeId", "InstanceId", "Device"])
    register("AWS::EC2::FlowLog", create_flow_log, lambda i, p: call(ec2._delete_flow_logs, **{"FlowLogId.1": i}))
    register("AWS::EC2::VPCPeeringConnection", create_peering,
             lambda i, p: i in ec2._vpc_peering and ec2._vpc_peering.pop(i), ["VpcId", "PeerVpcId"])
    refusing_subnets()
    databases_with_secrets()


def end_with_stdin() -> None:
    """Ends with the test that started it, whatever becomes of that: its end of the pipe closes."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    if os.environ.get("GP_END_WITH_STDIN"):
        threading.Thread(target=end_with_stdin, daemon=True).start()
    check_internals()
    register_all()
    from ministack.app import main
    sys.exit(main())
