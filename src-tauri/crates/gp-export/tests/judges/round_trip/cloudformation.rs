//! Reads an exported CloudFormation template back, from its JSON form alone. A resource's reference
//! is its logical id.

use super::cloud::{Attachment, Cloud, Entry, Line, Opened, Other, Rule, Subnet, Thing, Way};
use serde_json::Value as Json;

struct Reader<'t>(&'t Json);

/// The logical id that a reference names, or the text itself.
fn name(value: &Json) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if let Some(text) = value["Ref"].as_str() {
        return text.to_owned();
    }
    match &value["Fn::GetAtt"] {
        Json::Array(parts) => parts[0].as_str().unwrap().to_owned(),
        Json::String(text) => text.split('.').next().unwrap().to_owned(),
        _ => panic!("{value} is no reference"),
    }
}

/// What a reference to an IPv6 range belongs to.
fn range(value: &Json) -> String {
    name(&value["Fn::Select"][1])
}

fn names(value: &Json) -> Vec<String> {
    value.as_array().into_iter().flatten().map(name).collect()
}

/// The logical id without its repository: a registry is all that it has.
fn without_repository(id: String, p: &Json) -> String {
    let Some((_, own)) = p["RepositoryName"].as_str().and_then(|name| name.split_once('/')) else {
        return id;
    };
    let letters = own.chars().filter(char::is_ascii_alphanumeric).count();
    id[..id.len() - letters].to_owned()
}

fn number(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().map(|text| text.parse().unwrap()))
}

fn port(value: &Json) -> u16 {
    u16::try_from(number(value).unwrap()).unwrap()
}

/// Reads a template.
pub fn read(template: &Json) -> Cloud {
    let reader = Reader(template);
    let mut cloud = Cloud::default();
    reader.places(&mut cloud);
    reader.ways(&mut cloud);
    reader.things(&mut cloud);
    reader.regional(&mut cloud);
    reader.many(&mut cloud);
    reader.balancers(&mut cloud);
    reader.filters(&mut cloud);
    cloud
}

impl<'t> Reader<'t> {
    fn rows(&self, type_: &str) -> impl Iterator<Item = (String, &'t Json)> {
        let resources = self.0["Resources"].as_object().unwrap();
        resources
            .iter()
            .filter(move |(_, own)| own["Type"] == format!("AWS::{type_}"))
            .map(|(id, own)| (id.clone(), &own["Properties"]))
    }

    fn places(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("EC2::VPC") {
            cloud.networks.insert(id, p["CidrBlock"].as_str().unwrap().parse().unwrap());
        }
        for (id, p) in self.rows("EC2::Subnet") {
            // Zones are numbered in the template: the first one is a.
            let index = p["AvailabilityZone"]["Fn::Select"][0].as_u64();
            let zone = index.map(|index| char::from(b'a' + index as u8).to_string());
            let cidr = p["CidrBlock"].as_str().unwrap().parse().unwrap();
            let subnet = Subnet { network: name(&p["VpcId"]), cidr, zone, table: None };
            cloud.subnets.insert(id, subnet);
        }
        for (id, p) in self.rows("EC2::Subnet") {
            let part = &p["Ipv6CidrBlock"]["Fn::Select"];
            if part.is_array() {
                let network = range(&part[1]["Fn::Cidr"][0]);
                assert_eq!(network, name(&p["VpcId"]));
                let given = |own: &Json| own["AmazonProvidedIpv6CidrBlock"] == true;
                let mut blocks = self.rows("EC2::VPCCidrBlock");
                assert!(blocks.any(|(_, own)| name(&own["VpcId"]) == network && given(own)));
                cloud.part(&id, part[0].as_i64().unwrap());
            }
        }
        for (id, p) in self.rows("EC2::RouteTable") {
            cloud.tables.insert(id, name(&p["VpcId"]));
        }
        for (_, p) in self.rows("EC2::SubnetRouteTableAssociation") {
            let subnet = cloud.subnets.get_mut(&name(&p["SubnetId"])).unwrap();
            let table = name(&p["RouteTableId"]);
            assert!(cloud.tables.contains_key(&table), "no {table}");
            subnet.table = Some(table);
        }
    }

    fn hubs(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("EC2::TransitGatewayAttachment") {
            let network = Some((name(&p["VpcId"]), names(&p["SubnetIds"])));
            cloud.attachments.insert(id, Attachment { hub: name(&p["TransitGatewayId"]), network });
        }
        let table = |p: &Json| name(&p["TransitGatewayRouteTableId"]);
        let at = |p: &Json| name(&p["TransitGatewayAttachmentId"]);
        for (_, p) in self.rows("EC2::TransitGatewayRouteTableAssociation") {
            cloud.associations.insert(at(p), table(p));
        }
        for (_, p) in self.rows("EC2::TransitGatewayRouteTablePropagation") {
            cloud.propagations.push((table(p), at(p)));
        }
        for (_, p) in self.rows("EC2::TransitGatewayRoute") {
            let range = p["DestinationCidrBlock"].as_str().unwrap().parse().unwrap();
            if p["Blackhole"] == true {
                cloud.transit_ends.push((table(p), range));
                continue;
            }
            cloud.transit_routes.push((table(p), range, at(p)));
        }
    }

    fn ways(&self, cloud: &mut Cloud) {
        self.hubs(cloud);
        for (id, p) in self.rows("EC2::VPCPeeringConnection") {
            cloud.peerings.insert(id, (name(&p["VpcId"]), name(&p["PeerVpcId"])));
        }
        for (_, p) in self.rows("EC2::Route") {
            let table = name(&p["RouteTableId"]);
            if !p["DestinationIpv6CidrBlock"].is_null() {
                cloud.route6(&table, &self.way6(cloud, p));
                continue;
            }
            let way = if p["GatewayId"].is_object() {
                let gateway = name(&p["GatewayId"]);
                let mut doors = self.rows("EC2::VPCGatewayAttachment");
                let is = |own: &Json, end: &str| own[end].is_object() && name(&own[end]) == gateway;
                let door =
                    doors.find(|(_, own)| is(own, "InternetGatewayId") || is(own, "VpnGatewayId"));
                let door = door.unwrap().1;
                assert_eq!(name(&door["VpcId"]), cloud.tables[&table]);
                if door["VpnGatewayId"].is_object() { Way::Site(gateway) } else { Way::Internet }
            } else if p["TransitGatewayId"].is_object() {
                Way::Transit(name(&p["TransitGatewayId"]))
            } else if p["VpcEndpointId"].is_object() {
                let (firewall, subnet) = self.endpoint(&p["VpcEndpointId"]);
                Way::Firewall(firewall, subnet)
            } else if p["NatGatewayId"].is_object() {
                Way::Nat(name(&p["NatGatewayId"]))
            } else {
                Way::Peering(name(&p["VpcPeeringConnectionId"]))
            };
            let destination = p["DestinationCidrBlock"].as_str().unwrap().parse().unwrap();
            cloud.routes.push((table, destination, way));
        }
        for (id, p) in self.rows("EC2::VPCEndpoint") {
            // A door to a registry is drawn once, and its layers come with it.
            if let Some(main) = id.strip_suffix("Login") {
                assert!(p["ServiceName"]["Fn::Sub"].as_str().unwrap().ends_with("ecr.api"));
                let main = cloud.things.get_mut(main).expect("the main one comes first");
                let login = (names(&p["SubnetIds"]), names(&p["SecurityGroupIds"]));
                assert_eq!((&login.0, &login.1), (&main.subnets, &main.groups));
                main.subnets.extend(login.0);
                continue;
            }
            if id.ends_with("Layers") {
                assert_eq!(
                    p["ServiceName"]["Fn::Sub"].as_str().unwrap().rsplit('.').next(),
                    Some("s3")
                );
                assert!(!names(&p["RouteTableIds"]).is_empty());
                continue;
            }
            let service = p["ServiceName"]["Fn::Sub"].as_str().unwrap();
            for table in names(&p["RouteTableIds"]) {
                cloud.doors.entry(table).or_default().push(id.clone());
            }
            let thing = Thing {
                kind: "private-endpoint",
                service: service.rsplit('.').next().unwrap().to_owned(),
                subnets: names(&p["SubnetIds"]),
                groups: names(&p["SecurityGroupIds"]),
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
    }

    /// The firewall of a zone and its subnet: the second part of the only end point that it tells.
    fn endpoint(&self, value: &Json) -> (String, String) {
        let parts = &value["Fn::Select"];
        assert_eq!(number(&parts[0]), Some(1));
        let split = &parts[1]["Fn::Split"];
        assert_eq!(split[0], ":");
        let all = &split[1]["Fn::Select"];
        assert_eq!(number(&all[0]), Some(0));
        let end = &all[1]["Fn::GetAtt"];
        let told = end[1].as_str().or(end.as_str()).unwrap();
        assert!(told.ends_with("EndpointIds"), "{end}");
        let firewall = name(&all[1]);
        let (_, own) =
            self.rows("NetworkFirewall::Firewall").find(|(id, _)| *id == firewall).unwrap();
        // With more it would be chance which of them is the first.
        let places = own["SubnetMappings"].as_array().unwrap();
        assert_eq!(places.len(), 1, "{firewall} has several end points");
        (firewall, name(&places[0]["SubnetId"]))
    }

    fn firewalls(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("NetworkFirewall::Firewall") {
            let places = p["SubnetMappings"].as_array().unwrap().iter();
            let subnets = places.map(|own| name(&own["SubnetId"])).collect();
            let policy = name(&p["FirewallPolicyArn"]);
            let (_, policy) = self
                .rows("NetworkFirewall::FirewallPolicy")
                .find(|(own, _)| *own == policy)
                .unwrap();
            let policy = &policy["FirewallPolicy"];
            let defaults = names(&policy["StatefulDefaultActions"]);
            assert!(defaults.contains(&"aws:drop_strict".to_owned()), "what no line names passes");
            for reference in policy["StatefulRuleGroupReferences"].as_array().into_iter().flatten()
            {
                let group = name(&reference["ResourceArn"]);
                let (_, group) =
                    self.rows("NetworkFirewall::RuleGroup").find(|(own, _)| *own == group).unwrap();
                let rules = &group["RuleGroup"]["RulesSource"]["StatefulRules"];
                for rule in rules.as_array().unwrap() {
                    let text = |name: &str| rule["Header"][name].as_str().unwrap().to_owned();
                    cloud.lines.push(Line {
                        firewall: id.clone(),
                        allow: rule["Action"] == "PASS",
                        protocol: text("Protocol"),
                        source: text("Source"),
                        destination: text("Destination"),
                        port: text("DestinationPort"),
                    });
                }
            }
            let thing = Thing { kind: "firewall", subnets, ..Thing::default() };
            cloud.things.insert(id, thing);
        }
    }

    fn way6(&self, cloud: &Cloud, p: &Json) -> String {
        let to = &p["DestinationIpv6CidrBlock"];
        let (type_, end, way) = if p["GatewayId"].is_object() {
            ("EC2::VPCGatewayAttachment", "GatewayId", "everywhere by internet")
        } else if p["EgressOnlyInternetGatewayId"].is_object() {
            let type_ = "EC2::EgressOnlyInternetGateway";
            (type_, "EgressOnlyInternetGatewayId", "everywhere outwards")
        } else {
            assert!(cloud.peerings.contains_key(&name(&p["VpcPeeringConnectionId"])));
            return format!("{} by peering", cloud.networks[&range(to)]);
        };
        assert_eq!(to, "::/0");
        let gateway = name(&p[end]);
        let is = |(id, own): &(String, &Json)| {
            *id == gateway
                || (own["InternetGatewayId"].is_object()
                    && name(&own["InternetGatewayId"]) == gateway)
        };
        let (_, own) = self.rows(type_).find(is).unwrap();
        assert_eq!(name(&own["VpcId"]), cloud.tables[&name(&p["RouteTableId"])]);
        way.to_owned()
    }

    fn things(&self, cloud: &mut Cloud) {
        self.firewalls(cloud);
        for (id, p) in self.rows("EC2::Instance") {
            let interface = &p["NetworkInterfaces"][0];
            let (place, groups) = if interface.is_object() {
                (interface, &interface["GroupSet"])
            } else {
                (p, &p["SecurityGroupIds"])
            };
            let thing = Thing {
                kind: "server",
                subnets: vec![name(&place["SubnetId"])],
                groups: names(groups),
                ip: place["PrivateIpAddress"].as_str().map(|ip| ip.parse().unwrap()),
                public: place["AssociatePublicIpAddress"] == true,
                ..Thing::default()
            };
            cloud.things.insert(id.clone(), thing);
            if place["Ipv6AddressCount"] == 1 {
                cloud.speaks_both(&id);
            }
        }
        for (id, p) in self.rows("EC2::NatGateway") {
            let subnets = vec![name(&p["SubnetId"])];
            let public = p["AllocationId"].is_object();
            let thing = Thing { kind: "nat-gateway", subnets, public, ..Thing::default() };
            cloud.things.insert(id, thing);
        }
        for (id, p) in self.rows("RDS::DBInstance") {
            // One of the copies that stand beside their source.
            if p["DBSubnetGroupName"].is_null() {
                continue;
            }
            let group = name(&p["DBSubnetGroupName"]);
            let (_, group) =
                self.rows("RDS::DBSubnetGroup").find(|(own, _)| *own == group).unwrap();
            let thing = Thing {
                kind: "database",
                subnets: names(&group["SubnetIds"]),
                groups: names(&p["VPCSecurityGroups"]),
                public: p["PubliclyAccessible"] == true,
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
        for (id, p) in self.rows("ElastiCache::ReplicationGroup") {
            let group = name(&p["CacheSubnetGroupName"]);
            let (_, group) =
                self.rows("ElastiCache::SubnetGroup").find(|(own, _)| *own == group).unwrap();
            let thing = Thing {
                kind: "cache",
                subnets: names(&group["SubnetIds"]),
                groups: names(&p["SecurityGroupIds"]),
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
        self.shares_and_doors(cloud);
        self.regional(cloud);
    }

    fn shares_and_doors(&self, cloud: &mut Cloud) {
        self.resolvers(cloud);
        for (_, p) in self.rows("RedshiftServerless::Workgroup") {
            let thing = Thing {
                kind: "data-warehouse",
                subnets: names(&p["SubnetIds"]),
                groups: names(&p["SecurityGroupIds"]),
                ..Thing::default()
            };
            cloud.things.insert(name(&p["NamespaceName"]), thing);
        }
        for (id, p) in self.rows("EC2::InstanceConnectEndpoint") {
            let thing = Thing {
                kind: "bastion",
                subnets: vec![name(&p["SubnetId"])],
                groups: names(&p["SecurityGroupIds"]),
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
        for (id, _) in self.rows("EFS::FileSystem") {
            let mounts = self.rows("EFS::MountTarget");
            let mounts: Vec<_> = mounts
                .filter(|(_, own)| name(&own["FileSystemId"]) == id)
                .map(|(_, p)| p)
                .collect();
            let thing = Thing {
                kind: "file-share",
                subnets: mounts.iter().map(|own| name(&own["SubnetId"])).collect(),
                groups: names(&mounts[0]["SecurityGroups"]),
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
    }

    /// Both directions of a resolver are one thing: those that take questions in come first.
    fn resolvers(&self, cloud: &mut Cloud) {
        for (direction, side) in [("INBOUND", "inbound"), ("OUTBOUND", "outbound")] {
            let rows = self.rows("Route53Resolver::ResolverEndpoint");
            for (id, p) in rows.filter(|(_, p)| name(&p["Direction"]) == direction) {
                let tail = if side == "inbound" { "Inbound" } else { "Outbound" };
                let thing = cloud.things.entry(id.strip_suffix(tail).unwrap().to_owned());
                let thing = thing.or_default();
                thing.kind = "dns-resolver";
                thing.groups = names(&p["SecurityGroupIds"]);
                thing.sides.push(side);
                for place in p["IpAddresses"].as_array().unwrap() {
                    thing.subnets.push(name(&place["SubnetId"]));
                    thing.ips.push(name(&place["Ip"]).parse().unwrap());
                }
            }
        }
    }

    /// What stands in no network, and answers for its region or the world.
    fn regional(&self, cloud: &mut Cloud) {
        for (type_, kind) in [
            ("S3::Bucket", "bucket"),
            ("SQS::Queue", "queue"),
            ("ECR::Repository", "registry"),
            ("DynamoDB::Table", "document-store"),
            ("SecretsManager::Secret", "secret"),
            ("SNS::Topic", "topic"),
            ("Kinesis::Stream", "stream"),
            ("ApiGatewayV2::Api", "api-gateway"),
            ("CloudFront::Distribution", "cdn"),
            ("Lambda::Function", "function"),
        ] {
            for (id, p) in self.rows(type_) {
                assert!(!p["VpcConfig"].is_object(), "not read yet");
                // One that people read by mail is part of an alert, and one that holds a
                // container's variable, or a database's password, is part of that.
                let whole =
                    ["SecretString", "GenerateSecretString"].iter().all(|s| p[*s].is_null());
                if !p["Subscription"].is_array() && whole {
                    cloud.regional.insert(without_repository(id, p), kind);
                }
            }
        }
        // Others are made for one thing each, and nobody else writes to them.
        let named =
            |(id, p): &(String, &Json)| p["LogGroupName"].is_string() && !id.ends_with("Logs");
        for (id, _) in self.rows("Logs::LogGroup").filter(named) {
            cloud.regional.insert(id, "log-store");
        }
    }

    /// What has as many instances as it says, where AWS puts them.
    fn many(&self, cloud: &mut Cloud) {
        self.groups_of_servers(cloud);
        self.container_services(cloud);
        self.nodes(cloud);
    }

    fn groups_of_servers(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("AutoScaling::AutoScalingGroup") {
            let launch = name(&p["LaunchTemplate"]["LaunchTemplateId"]);
            let (_, launch) =
                self.rows("EC2::LaunchTemplate").find(|(own, _)| *own == launch).unwrap();
            let data = &launch["LaunchTemplateData"];
            let interface = &data["NetworkInterfaces"][0];
            let groups = if interface.is_object() {
                &interface["Groups"]
            } else {
                &data["SecurityGroupIds"]
            };
            let thing = Thing {
                kind: "server-group",
                subnets: names(&p["VPCZoneIdentifier"]),
                count: number(&p["DesiredCapacity"]).unwrap() as usize,
                groups: names(groups),
                public: interface["AssociatePublicIpAddress"] == true,
                ..Thing::default()
            };
            // The drawn thing's own id is at the template; the group is called after it.
            let id = id.trim_end_matches("Servers").to_owned();
            cloud.things.insert(id.clone(), thing);
            if interface["Ipv6AddressCount"] == 1 {
                cloud.speaks_both(&id);
            }
        }
    }

    fn container_services(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("ECS::Service") {
            let network = &p["NetworkConfiguration"]["AwsvpcConfiguration"];
            let thing = Thing {
                kind: "container-service",
                subnets: names(&network["Subnets"]),
                groups: names(&network["SecurityGroups"]),
                count: number(&p["DesiredCount"]).unwrap() as usize,
                public: network["AssignPublicIp"] == "ENABLED",
                ..Thing::default()
            };
            cloud.things.insert(id, thing);
        }
    }

    /// All pools of a cluster are one thing.
    fn nodes(&self, cloud: &mut Cloud) {
        for (_, p) in self.rows("EKS::Nodegroup") {
            let launch = name(&p["LaunchTemplate"]["Id"]);
            let (_, launch) =
                self.rows("EC2::LaunchTemplate").find(|(own, _)| *own == launch).unwrap();
            let pool = Thing {
                kind: "kubernetes-cluster",
                subnets: names(&p["Subnets"]),
                groups: names(&launch["LaunchTemplateData"]["SecurityGroupIds"]),
                ..Thing::default()
            };
            let cluster = cloud.things.entry(name(&p["ClusterName"])).or_insert(pool);
            cluster.count += number(&p["ScalingConfig"]["DesiredSize"]).unwrap() as usize;
        }
    }

    fn balancers(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("ElasticLoadBalancingV2::LoadBalancer") {
            let thing = Thing {
                kind: "load-balancer",
                subnets: names(&p["Subnets"]),
                groups: names(&p["SecurityGroups"]),
                public: p["Scheme"] == "internet-facing",
                pass_through: p["Type"] == "network",
                ..Thing::default()
            };
            cloud.things.insert(id.clone(), thing);
            if p["IpAddressType"] == "dualstack" {
                cloud.speaks_both(&id);
            }
        }
        for (id, p) in self.rows("ApiGatewayV2::VpcLink") {
            let thing = Thing {
                kind: "api-gateway",
                subnets: names(&p["SubnetIds"]),
                groups: names(&p["SecurityGroupIds"]),
                ..Thing::default()
            };
            // The drawn thing's own id is at the API; its link is called after it.
            cloud.things.insert(format!("link.{}", id.trim_end_matches("Link")), thing);
        }
        for (id, p) in self.rows("ElasticLoadBalancingV2::TargetGroup") {
            let targets = p["Targets"].as_array().into_iter().flatten();
            let targets = targets.map(|own| (name(&own["Id"]), port(&own["Port"])));
            cloud.targets.insert(id, targets.collect());
        }
        for (id, p) in self.rows("AutoScaling::AutoScalingGroup") {
            for group in names(&p["TargetGroupARNs"]) {
                let mut groups = self.rows("ElasticLoadBalancingV2::TargetGroup");
                let (_, own) = groups.find(|(own, _)| *own == group).unwrap();
                let server = id.trim_end_matches("Servers").to_owned();
                cloud.targets.get_mut(&group).unwrap().push((server, port(&own["Port"])));
            }
        }
        for (id, p) in self.rows("ECS::Service") {
            for own in p["LoadBalancers"].as_array().into_iter().flatten() {
                let target = (id.clone(), port(&own["ContainerPort"]));
                cloud.targets.get_mut(&name(&own["TargetGroupArn"])).unwrap().push(target);
            }
        }
        for (_, p) in self.rows("ElasticLoadBalancingV2::Listener") {
            let action = &p["DefaultActions"][0];
            let redirect = &action["RedirectConfig"]["Port"];
            let several = action["ForwardConfig"]["TargetGroups"].as_array().into_iter().flatten();
            let mut groups: Vec<String> = several.map(|own| name(&own["TargetGroupArn"])).collect();
            if action["TargetGroupArn"].is_object() {
                groups.push(name(&action["TargetGroupArn"]));
            }
            cloud.listeners.push(Opened {
                balancer: name(&p["LoadBalancerArn"]),
                port: port(&p["Port"]),
                protocol: p["Protocol"].as_str().unwrap().to_owned(),
                redirect: redirect.is_string().then(|| port(redirect)),
                groups,
            });
        }
    }

    fn filters(&self, cloud: &mut Cloud) {
        for (id, p) in self.rows("EC2::SecurityGroup") {
            // Without own egress in the group CloudFormation would open every way out.
            assert!(p["SecurityGroupEgress"].is_array(), "{id} is open outwards");
            cloud.groups.insert(id, name(&p["VpcId"]));
        }
        for (type_, ingress, end) in [
            ("EC2::SecurityGroupIngress", true, "Source"),
            ("EC2::SecurityGroupEgress", false, "Destination"),
        ] {
            for (id, p) in self.rows(type_) {
                let (group, list) =
                    (&p[format!("{end}SecurityGroupId")], &p[format!("{end}PrefixListId")]);
                if id.ends_with("Layers") {
                    assert!(!ingress && name(list) == "S3PrefixList");
                    cloud.layers.insert(name(&p["GroupId"]));
                    continue;
                }
                let protocol = p["IpProtocol"].as_str().unwrap().to_owned();
                let ports = number(&p["FromPort"]).zip(number(&p["ToPort"]));
                if p["CidrIpv6"] == "::/0" {
                    cloud.rule6(&name(&p["GroupId"]), ingress, &protocol, ports);
                    continue;
                }
                let other = match (p["CidrIp"].as_str(), group.is_object()) {
                    (Some(range), _) => Other::Range(range.parse().unwrap()),
                    (None, true) => Other::Group(name(group)),
                    (None, false) => {
                        let about = &self.0["Parameters"][name(list)]["Description"];
                        let about = about.as_str().unwrap().split("prefix list for ").nth(1);
                        let service = about.unwrap().split(' ').next().unwrap();
                        Other::Prefixes(service.to_lowercase())
                    }
                };
                let group = name(&p["GroupId"]);
                // What passes between a cluster and itself is drawn nowhere.
                let nodes = |id: &str| self.rows("EKS::Cluster").any(|(own, _)| own == id);
                if nodes(&group) || matches!(&other, Other::Group(id) if nodes(id)) {
                    continue;
                }
                cloud.rules.push(Rule { group, ingress, other, protocol, ports });
            }
        }
        for (id, _) in self.rows("EC2::NetworkAcl") {
            let tied = self.rows("EC2::SubnetNetworkAclAssociation");
            let own = tied.filter(|(_, p)| name(&p["NetworkAclId"]) == id);
            let subnets = own.map(|(_, p)| name(&p["SubnetId"])).collect();
            cloud.acls.insert(id, subnets);
        }
        for (_, p) in self.rows("EC2::NetworkAclEntry") {
            let protocol = match number(&p["Protocol"]).unwrap() {
                6 => "tcp",
                17 => "udp",
                1 | 58 => "icmp",
                _ => "-1",
            };
            let range = &p["PortRange"];
            let six = &p["Ipv6CidrBlock"];
            let entry = Entry {
                acl: name(&p["NetworkAclId"]),
                number: number(&p["RuleNumber"]).unwrap(),
                egress: p["Egress"] == true,
                allow: p["RuleAction"] == "allow",
                protocol: protocol.to_owned(),
                range: p["CidrBlock"].as_str().unwrap_or("0.0.0.0/32").parse().unwrap(),
                ports: number(&range["From"]).zip(number(&range["To"])),
            };
            match six {
                Json::Null => cloud.entries.push(entry),
                six if *six == "::/0" => cloud.entry6(&entry, "everybody"),
                six => cloud.entry6(&entry, &self::range(six)),
            }
        }
    }
}
