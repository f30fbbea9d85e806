//! Reads exported Terraform back: evaluates what the configuration says, `for_each` included, from
//! the text alone. A resource's reference is its address (`aws_subnet.app_tier["a"]`).

use super::cloud::{Attachment, Cloud, Entry, Line, Opened, Other, Rule, Subnet, Thing, Way};
use hcl::{
    Block, Body, Expression, Structure,
    expr::{ObjectKey, Traversal, TraversalOperator},
    template::{Element, Template},
};
use std::collections::BTreeMap;

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
enum Val {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Val>),
    Map(BTreeMap<String, Val>),
    /// One resource.
    One(String),
    /// All of one block with `for_each`.
    All(String),
}

impl Val {
    fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::One(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            other => panic!("{other:?} is no text"),
        }
    }

    fn texts(&self) -> Vec<String> {
        match self {
            Self::Null => Vec::new(),
            Self::List(items) => items.iter().map(Self::text).collect(),
            other => panic!("{other:?} is no list"),
        }
    }

    fn number(&self) -> Option<i64> {
        match self {
            Self::Null => None,
            Self::Number(number) => Some(*number),
            Self::Text(text) => Some(text.parse().unwrap()),
            other => panic!("{other:?} is no number"),
        }
    }

    fn flag(&self) -> bool {
        *self == Self::Bool(true)
    }
}

/// The range of what is over IPv6.
const NONE: &str = "0.0.0.0/32";

fn end_of(text: &str) -> &str {
    if text == "::/0" { "everybody" } else { text }
}

/// One resource of a block.
struct Row<'b> {
    id: String,
    body: &'b Body,
    each: Option<(String, Val)>,
}

struct Reader<'b> {
    /// `aws_subnet.app_tier` → its body.
    blocks: BTreeMap<String, &'b Body>,
    variables: BTreeMap<String, &'b Body>,
    locals: BTreeMap<String, &'b Expression>,
}

fn labels(block: &Block) -> Vec<&str> {
    block.labels.iter().map(hcl::BlockLabel::as_str).collect()
}

fn argument<'b>(body: &'b Body, name: &str) -> Option<&'b Expression> {
    body.attributes().find(|a| a.key.as_str() == name).map(hcl::Attribute::expr)
}

fn blocks<'b>(body: &'b Body, name: &str) -> impl Iterator<Item = &'b Body> {
    body.blocks().filter(move |block| block.identifier.as_str() == name).map(|block| &block.body)
}

/// Reads a configuration.
pub fn read(body: &Body) -> Cloud {
    let mut reader =
        Reader { blocks: BTreeMap::new(), variables: BTreeMap::new(), locals: BTreeMap::new() };
    for structure in &body.0 {
        let Structure::Block(block) = structure else { continue };
        match (block.identifier.as_str(), labels(block).as_slice()) {
            ("resource", [type_, name]) => {
                reader.blocks.insert(format!("{type_}.{name}"), &block.body);
            }
            ("locals", []) => {
                let all = block.body.attributes();
                reader.locals.extend(all.map(|own| (own.key.as_str().to_owned(), own.expr())));
            }
            ("variable", [name]) => {
                reader.variables.insert((*name).to_owned(), &block.body);
            }
            _ => {}
        }
    }
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

impl<'b> Reader<'b> {
    fn rows(&self, type_: &str) -> Vec<Row<'b>> {
        let of_type = |name: &str| name.split('.').next() == Some(type_);
        let blocks = self.blocks.iter().filter(|(name, _)| of_type(name));
        let rows = blocks.flat_map(|(name, body)| {
            let Some(each) = self.each(name) else {
                return vec![Row { id: name.clone(), body, each: None }];
            };
            let row = |(key, value): (String, Val)| Row {
                id: format!("{name}[{key:?}]"),
                body,
                each: Some((key, value)),
            };
            each.into_iter().map(row).collect()
        });
        rows.collect()
    }

    /// Keys and values of a block's `for_each`.
    fn each(&self, name: &str) -> Option<Vec<(String, Val)>> {
        let body = self.blocks.get(name).unwrap_or_else(|| panic!("no {name}"));
        let all = match self.value(argument(body, "for_each")?, None) {
            Val::Map(members) => members.into_iter().collect(),
            Val::List(items) => items.into_iter().map(|item| (item.text(), item)).collect(),
            Val::All(name) => self.members(&name),
            other => panic!("for_each = {other:?}"),
        };
        Some(all)
    }

    fn members(&self, name: &str) -> Vec<(String, Val)> {
        let keys = self.each(name).unwrap_or_else(|| panic!("{name} is one resource"));
        let member = |(key, _): (String, Val)| {
            let one = Val::One(format!("{name}[{key:?}]"));
            (key, one)
        };
        keys.into_iter().map(member).collect()
    }

    fn get(&self, row: &Row<'_>, name: &str) -> Val {
        self.inside(row, row.body, name)
    }

    fn inside(&self, row: &Row<'_>, body: &Body, name: &str) -> Val {
        argument(body, name).map_or(Val::Null, |own| self.value(own, row.each.as_ref()))
    }

    fn text(&self, row: &Row<'_>, name: &str) -> String {
        self.get(row, name).text()
    }

    fn value(&self, expression: &Expression, each: Option<&(String, Val)>) -> Val {
        match expression {
            Expression::Null => Val::Null,
            Expression::Bool(flag) => Val::Bool(*flag),
            Expression::Number(number) => Val::Number(number.as_i64().unwrap()),
            Expression::String(text) => Val::Text(text.clone()),
            Expression::Array(items) => {
                Val::List(items.iter().map(|item| self.value(item, each)).collect())
            }
            Expression::Object(members) => {
                let key = |key: &ObjectKey| match key {
                    ObjectKey::Identifier(name) => name.as_str().to_owned(),
                    ObjectKey::Expression(own) => self.value(own, each).text(),
                    other => panic!("{other:?}"),
                };
                Val::Map(members.iter().map(|(k, v)| (key(k), self.value(v, each))).collect())
            }
            Expression::TemplateExpr(template) => {
                let template = Template::from_expr(template).unwrap();
                let part = |element: &Element| match element {
                    Element::Literal(text) => text.clone(),
                    Element::Interpolation(own) => self.value(&own.expr, each).text(),
                    Element::Directive(_) => panic!("a directive"),
                };
                Val::Text(template.elements().iter().map(part).collect())
            }
            Expression::FuncCall(call) => {
                let arguments = call.args.iter().map(|item| self.value(item, each)).collect();
                self.call(call.name.name.as_str(), arguments)
            }
            Expression::Traversal(traversal) => self.traversal(traversal, each),
            other => panic!("the reader does not know {other:?}"),
        }
    }

    fn call(&self, name: &str, mut arguments: Vec<Val>) -> Val {
        match name {
            // Of what AWS gives nothing is known but whose it is, and the place in it.
            "toset" | "cidrhost" => arguments.remove(0),
            "values" => match arguments.remove(0) {
                Val::All(name) => {
                    Val::List(self.members(&name).into_iter().map(|(_, one)| one).collect())
                }
                other => panic!("values({other:?})"),
            },
            "cidrsubnet" => arguments.remove(2),
            "concat" => Val::List(
                arguments
                    .into_iter()
                    .flat_map(|list| match list {
                        Val::List(items) => items,
                        other => panic!("concat({other:?})"),
                    })
                    .collect(),
            ),
            other => panic!("the reader does not know {other}()"),
        }
    }

    fn traversal(&self, traversal: &Traversal, each: Option<&(String, Val)>) -> Val {
        let mut operators = traversal.operators.iter();
        let mut value = match &traversal.expr {
            Expression::Variable(root) => {
                let Some(TraversalOperator::GetAttr(name)) = operators.next() else {
                    panic!("{traversal:?}")
                };
                self.root(root.as_str(), name.as_str(), each)
            }
            other => self.value(other, each),
        };
        for operator in operators {
            value = match (value, operator) {
                (Val::Map(mut members), TraversalOperator::GetAttr(name)) => {
                    members.remove(name.as_str()).unwrap_or(Val::Null)
                }
                (Val::Map(mut members), TraversalOperator::Index(index)) => {
                    members.remove(&self.value(index, each).text()).unwrap_or(Val::Null)
                }
                (Val::All(name), TraversalOperator::Index(index)) => {
                    let key = self.value(index, each).text();
                    let known = self.members(&name).iter().any(|(own, _)| *own == key);
                    assert!(known, "{name} has no {key}");
                    Val::One(format!("{name}[{key:?}]"))
                }
                // What is read of a resource is the resource itself here: ids are all that matters.
                (Val::One(name), TraversalOperator::GetAttr(_) | TraversalOperator::Index(_)) => {
                    Val::One(name)
                }
                (
                    Val::List(items),
                    TraversalOperator::FullSplat | TraversalOperator::GetAttr(_),
                ) => Val::List(items),
                (value, operator) => panic!("{value:?} with {operator:?}"),
            };
        }
        value
    }

    fn root(&self, root: &str, name: &str, each: Option<&(String, Val)>) -> Val {
        match (root, name) {
            ("each", "key") => Val::Text(each.unwrap().0.clone()),
            ("each", "value") => each.unwrap().1.clone(),
            ("var", name) => {
                let default = argument(self.variables[name], "default");
                default.map_or(Val::Null, |own| self.value(own, None))
            }
            ("local", name) => self.endpoints(self.locals[name]),
            ("data", type_) => Val::One(format!("data.{type_}")),
            (type_, name) => {
                let own = format!("{type_}.{name}");
                if self.each(&own).is_some() { Val::All(own) } else { Val::One(own) }
            }
        }
    }

    /// The end point of a firewall in each zone: `FIREWALL SUBNET` by the key of the subnet.
    fn endpoints(&self, value: &Expression) -> Val {
        let Expression::ForExpr(zones) = value else { panic!("{value:?} is no end points") };
        let (zone, subnet) = (zones.key_var.as_ref().unwrap(), &zones.value_var);
        assert_eq!(zones.key_expr.as_ref().unwrap().to_string(), zone.as_str());
        let Val::All(subnets) = self.value(&zones.collection_expr, None) else {
            panic!("one subnet")
        };
        let Expression::FuncCall(one) = &zones.value_expr else { panic!("several end points") };
        assert_eq!(one.name.name.as_str(), "one");
        let Expression::ForExpr(states) = &one.args[0] else { panic!("no states") };
        let state = states.value_var.as_str();
        let is = |own: &Expression, text: String| assert_eq!(own.to_string(), text);
        is(&states.value_expr, format!("{state}.attachment[0].endpoint_id"));
        let wanted = format!("{state}.attachment[0].subnet_id == {}.id", subnet.as_str());
        is(states.cond_expr.as_ref().unwrap(), wanted);
        let from = states.collection_expr.to_string();
        let firewall = from.split(".firewall_status").next().unwrap();
        assert!(self.blocks.contains_key(firewall), "no {firewall}");
        let member = |(key, subnet): (String, Val)| {
            let end = Val::Text(format!("{firewall} {}", subnet.text()));
            (key, end)
        };
        Val::Map(self.members(&subnets).into_iter().map(member).collect())
    }

    fn firewalls(&self, cloud: &mut Cloud) {
        let (policies, groups) = (
            self.rows("aws_networkfirewall_firewall_policy"),
            self.rows("aws_networkfirewall_rule_group"),
        );
        for row in self.rows("aws_networkfirewall_firewall") {
            let mappings = blocks(row.body, "subnet_mapping");
            let subnets = mappings.map(|own| self.inside(&row, own, "subnet_id").text());
            let thing = Thing { kind: "firewall", subnets: subnets.collect(), ..Thing::default() };
            let policy = self.text(&row, "firewall_policy_arn");
            let policy = policies.iter().find(|own| own.id == policy).unwrap();
            let own = blocks(policy.body, "firewall_policy").next().unwrap();
            let defaults = self.inside(policy, own, "stateful_default_actions").texts();
            assert!(defaults.contains(&"aws:drop_strict".to_owned()), "what no line names passes");
            for reference in blocks(own, "stateful_rule_group_reference") {
                let group = self.inside(policy, reference, "resource_arn").text();
                let group = groups.iter().find(|own| own.id == group).unwrap();
                let rules = blocks(group.body, "rule_group").next().unwrap();
                let source = blocks(rules, "rules_source").next().unwrap();
                for rule in blocks(source, "stateful_rule") {
                    let header = blocks(rule, "header").next().unwrap();
                    let text = |name: &str| self.inside(group, header, name).text();
                    cloud.lines.push(Line {
                        firewall: row.id.clone(),
                        allow: self.inside(group, rule, "action").text() == "PASS",
                        protocol: text("protocol"),
                        source: text("source"),
                        destination: text("destination"),
                        port: text("destination_port"),
                    });
                }
            }
            cloud.things.insert(row.id, thing);
        }
    }

    fn places(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_vpc") {
            cloud.networks.insert(row.id.clone(), self.text(&row, "cidr_block").parse().unwrap());
        }
        for row in self.rows("aws_subnet") {
            let zone = self.get(&row, "availability_zone");
            let zone = (zone != Val::Null).then(|| zone.text());
            let subnet = Subnet {
                network: self.text(&row, "vpc_id"),
                cidr: self.text(&row, "cidr_block").parse().unwrap(),
                zone,
                table: None,
            };
            cloud.subnets.insert(row.id, subnet);
        }
        for row in self.rows("aws_subnet") {
            if let Some(part) = self.get(&row, "ipv6_cidr_block").number() {
                let network = self
                    .rows("aws_vpc")
                    .into_iter()
                    .find(|own| own.id == self.text(&row, "vpc_id"));
                assert!(self.get(&network.unwrap(), "assign_generated_ipv6_cidr_block").flag());
                cloud.part(&row.id, part);
            }
        }
        for row in self.rows("aws_route_table") {
            cloud.tables.insert(row.id.clone(), self.text(&row, "vpc_id"));
        }
        for row in self.rows("aws_route_table_association") {
            let subnet = self.text(&row, "subnet_id");
            let table = self.text(&row, "route_table_id");
            assert!(cloud.tables.contains_key(&table), "no {table}");
            cloud.subnets.get_mut(&subnet).unwrap().table = Some(table);
        }
    }

    fn ways(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_vpc_peering_connection") {
            let ends = (self.text(&row, "vpc_id"), self.text(&row, "peer_vpc_id"));
            cloud.peerings.insert(row.id, ends);
        }
        self.hubs(cloud);
        let gateways = self.rows("aws_internet_gateway");
        let doors = self.rows("aws_vpn_gateway");
        for row in self.rows("aws_route") {
            let table = self.text(&row, "route_table_id");
            if argument(row.body, "destination_ipv6_cidr_block").is_some() {
                cloud.route6(&table, &self.way6(cloud, &row));
                continue;
            }
            let way = if argument(row.body, "gateway_id").is_some() {
                let gateway = self.text(&row, "gateway_id");
                if let Some(door) = doors.iter().find(|own| own.id == gateway) {
                    assert_eq!(self.text(door, "vpc_id"), cloud.tables[&table]);
                    Way::Site(gateway)
                } else {
                    let gateway = gateways.iter().find(|own| own.id == gateway).unwrap();
                    assert_eq!(self.text(gateway, "vpc_id"), cloud.tables[&table]);
                    Way::Internet
                }
            } else if argument(row.body, "transit_gateway_id").is_some() {
                Way::Transit(self.text(&row, "transit_gateway_id"))
            } else if argument(row.body, "vpc_endpoint_id").is_some() {
                let end = self.text(&row, "vpc_endpoint_id");
                let (firewall, subnet) = end.split_once(' ').unwrap();
                Way::Firewall(firewall.to_owned(), subnet.to_owned())
            } else if argument(row.body, "nat_gateway_id").is_some() {
                Way::Nat(self.text(&row, "nat_gateway_id"))
            } else {
                Way::Peering(self.text(&row, "vpc_peering_connection_id"))
            };
            let destination = self.text(&row, "destination_cidr_block").parse().unwrap();
            cloud.routes.push((table, destination, way));
        }
        for row in self.rows("aws_vpc_endpoint") {
            // A door to a registry is drawn once, and its layers come with it.
            if let Some(main) = row.id.strip_suffix("_login") {
                assert!(self.text(&row, "service_name").ends_with("ecr.api"));
                let login = self.placed(&row, Thing::default(), "subnet_ids", "security_group_ids");
                let main = cloud.things.get_mut(main).expect("the main one comes first");
                assert_eq!((&login.subnets, &login.groups), (&main.subnets, &main.groups));
                main.subnets.extend(login.subnets);
                continue;
            }
            if row.id.ends_with("_layers") {
                assert_eq!(self.text(&row, "service_name").rsplit('.').next(), Some("s3"));
                assert!(!self.get(&row, "route_table_ids").texts().is_empty());
                continue;
            }
            let service = self.text(&row, "service_name").rsplit('.').next().unwrap().to_owned();
            for table in self.get(&row, "route_table_ids").texts() {
                cloud.doors.entry(table).or_default().push(row.id.clone());
            }
            let thing = Thing { kind: "private-endpoint", service, ..Thing::default() };
            let thing = self.placed(&row, thing, "subnet_ids", "security_group_ids");
            cloud.things.insert(row.id, thing);
        }
    }

    fn hubs(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_ec2_transit_gateway_vpc_attachment") {
            let network = Some((self.text(&row, "vpc_id"), self.get(&row, "subnet_ids").texts()));
            let hub = self.text(&row, "transit_gateway_id");
            cloud.attachments.insert(row.id, Attachment { hub, network });
        }
        for row in self.rows("aws_vpn_connection") {
            if argument(row.body, "transit_gateway_id").is_some() {
                let hub = self.text(&row, "transit_gateway_id");
                cloud.attachments.insert(row.id, Attachment { hub, network: None });
            }
        }
        let table = |row: &Row<'_>| self.text(row, "transit_gateway_route_table_id");
        let at = |row: &Row<'_>| self.text(row, "transit_gateway_attachment_id");
        for row in self.rows("aws_ec2_transit_gateway_route_table_association") {
            cloud.associations.insert(at(&row), table(&row));
        }
        for row in self.rows("aws_ec2_transit_gateway_route_table_propagation") {
            cloud.propagations.push((table(&row), at(&row)));
        }
        for row in self.rows("aws_ec2_transit_gateway_route") {
            let range = self.text(&row, "destination_cidr_block").parse().unwrap();
            if self.get(&row, "blackhole").flag() {
                cloud.transit_ends.push((table(&row), range));
                continue;
            }
            cloud.transit_routes.push((table(&row), range, at(&row)));
        }
    }

    fn way6(&self, cloud: &Cloud, row: &Row<'_>) -> String {
        let to = self.text(row, "destination_ipv6_cidr_block");
        let (type_, argument_, way) = if argument(row.body, "gateway_id").is_some() {
            ("aws_internet_gateway", "gateway_id", "everywhere by internet")
        } else if argument(row.body, "egress_only_gateway_id").is_some() {
            let type_ = "aws_egress_only_internet_gateway";
            (type_, "egress_only_gateway_id", "everywhere outwards")
        } else {
            assert!(cloud.peerings.contains_key(&self.text(row, "vpc_peering_connection_id")));
            return format!("{} by peering", cloud.networks[&to]);
        };
        assert_eq!(to, "::/0");
        let gateway = self.text(row, argument_);
        let gateway = self.rows(type_).into_iter().find(|own| own.id == gateway).unwrap();
        let table = self.text(row, "route_table_id");
        assert_eq!(self.text(&gateway, "vpc_id"), cloud.tables[&table]);
        way.to_owned()
    }

    fn placed(&self, row: &Row<'_>, thing: Thing, subnets: &str, groups: &str) -> Thing {
        Thing {
            subnets: self.get(row, subnets).texts(),
            groups: self.get(row, groups).texts(),
            ..thing
        }
    }

    fn things(&self, cloud: &mut Cloud) {
        self.firewalls(cloud);
        for row in self.rows("aws_instance") {
            let ip = self.get(&row, "private_ip");
            let thing = Thing {
                kind: "server",
                subnets: vec![self.text(&row, "subnet_id")],
                groups: self.get(&row, "vpc_security_group_ids").texts(),
                ip: (ip != Val::Null).then(|| ip.text().parse().unwrap()),
                public: self.get(&row, "associate_public_ip_address").flag(),
                ..Thing::default()
            };
            let both = self.get(&row, "ipv6_addresses").texts();
            // Each in the subnet that it stands in.
            assert!(both.iter().all(|subnet| *subnet == thing.subnets[0]));
            cloud.things.insert(row.id.clone(), thing);
            if !both.is_empty() {
                cloud.speaks_both(&row.id);
            }
        }
        for row in self.rows("aws_nat_gateway") {
            let subnets = vec![self.text(&row, "subnet_id")];
            let public = argument(row.body, "allocation_id").is_some();
            let thing = Thing { kind: "nat-gateway", subnets, public, ..Thing::default() };
            cloud.things.insert(row.id, thing);
        }
        let groups = self.rows("aws_db_subnet_group");
        for row in self.rows("aws_db_instance") {
            // One of the copies that stand beside their source.
            if argument(row.body, "db_subnet_group_name").is_none() {
                continue;
            }
            let group = self.text(&row, "db_subnet_group_name");
            let group = groups.iter().find(|own| own.id == group).unwrap();
            let thing = Thing {
                kind: "database",
                subnets: self.get(group, "subnet_ids").texts(),
                groups: self.get(&row, "vpc_security_group_ids").texts(),
                public: self.get(&row, "publicly_accessible").flag(),
                ..Thing::default()
            };
            cloud.things.insert(row.id, thing);
        }
        let groups = self.rows("aws_elasticache_subnet_group");
        for row in self.rows("aws_elasticache_replication_group") {
            let group = self.text(&row, "subnet_group_name");
            let group = groups.iter().find(|own| own.id == group).unwrap();
            let thing = Thing {
                kind: "cache",
                subnets: self.get(group, "subnet_ids").texts(),
                groups: self.get(&row, "security_group_ids").texts(),
                ..Thing::default()
            };
            cloud.things.insert(row.id, thing);
        }
        self.shares_and_doors(cloud);
        self.regional(cloud);
    }

    fn shares_and_doors(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_redshiftserverless_workgroup") {
            let thing = Thing { kind: "data-warehouse", ..Thing::default() };
            let thing = self.placed(&row, thing, "subnet_ids", "security_group_ids");
            cloud.things.insert(row.id, thing);
        }
        for row in self.rows("databricks_mws_networks") {
            let thing = Thing { kind: "analytics-workspace", ..Thing::default() };
            let thing = self.placed(&row, thing, "subnet_ids", "security_group_ids");
            cloud.things.insert(row.id, thing);
        }
        for row in self.rows("aws_ec2_instance_connect_endpoint") {
            let thing = Thing {
                kind: "bastion",
                subnets: vec![self.text(&row, "subnet_id")],
                groups: self.get(&row, "security_group_ids").texts(),
                ..Thing::default()
            };
            cloud.things.insert(row.id, thing);
        }
        self.resolvers(cloud);
        let mounts = self.rows("aws_efs_mount_target");
        for row in self.rows("aws_efs_file_system") {
            let own = |mount: &&Row<'_>| self.text(mount, "file_system_id") == row.id;
            let own: Vec<_> = mounts.iter().filter(own).collect();
            let thing = Thing {
                kind: "file-share",
                subnets: own.iter().map(|mount| self.text(mount, "subnet_id")).collect(),
                groups: self.get(own[0], "security_groups").texts(),
                ..Thing::default()
            };
            cloud.things.insert(row.id, thing);
        }
    }

    /// Both directions of a resolver are one thing: those that take questions in come first.
    fn resolvers(&self, cloud: &mut Cloud) {
        for (direction, side) in [("INBOUND", "inbound"), ("OUTBOUND", "outbound")] {
            let rows = self.rows("aws_route53_resolver_endpoint").into_iter();
            for row in rows.filter(|row| self.text(row, "direction") == direction) {
                let id = row.id.strip_suffix(&format!("_{side}")).unwrap().to_owned();
                let thing = cloud.things.entry(id).or_default();
                thing.kind = "dns-resolver";
                thing.groups = self.get(&row, "security_group_ids").texts();
                thing.sides.push(side);
                for place in blocks(row.body, "ip_address") {
                    thing.subnets.push(self.inside(&row, place, "subnet_id").text());
                    thing.ips.push(self.inside(&row, place, "ip").text().parse().unwrap());
                }
            }
        }
    }

    /// What stands in no network, and answers for its region or the world.
    fn regional(&self, cloud: &mut Cloud) {
        for (type_, kind) in [
            ("aws_s3_bucket", "bucket"),
            ("aws_sqs_queue", "queue"),
            ("aws_ecr_repository", "registry"),
            ("aws_dynamodb_table", "document-store"),
            ("aws_secretsmanager_secret", "secret"),
            ("aws_sns_topic", "topic"),
            ("aws_kinesis_stream", "stream"),
            ("aws_apigatewayv2_api", "api-gateway"),
            ("aws_cloudfront_distribution", "cdn"),
            ("aws_lambda_function", "function"),
        ] {
            for row in self.rows(type_) {
                assert!(blocks(row.body, "vpc_config").next().is_none(), "not read yet");
                // A registry is all its repositories.
                let id = row.id.split('[').next().unwrap().to_owned();
                cloud.regional.insert(id, kind);
            }
        }
        // One that people read by mail is part of an alert.
        let mailed = self.rows("aws_sns_topic_subscription");
        for row in mailed.iter().filter(|row| self.text(row, "protocol") == "email") {
            cloud.regional.remove(&self.text(row, "topic_arn"));
        }
        // One that holds a container's variable is part of its service.
        for row in self.rows("aws_secretsmanager_secret_version") {
            cloud.regional.remove(&self.text(&row, "secret_id"));
        }
        for row in self.rows("aws_cloudwatch_log_group") {
            // Others are made for functions, containers and flow logs, and nobody else writes to them.
            let name = self.text(&row, "name");
            if !name.starts_with("/aws/") && !name.ends_with("/flow-logs") {
                cloud.regional.insert(row.id, "log-store");
            }
        }
    }

    /// What has as many instances as it says, where AWS puts them.
    fn many(&self, cloud: &mut Cloud) {
        self.groups_of_servers(cloud);
        self.container_services(cloud);
        self.nodes(cloud);
    }

    fn groups_of_servers(&self, cloud: &mut Cloud) {
        let launches = self.rows("aws_launch_template");
        for row in self.rows("aws_autoscaling_group") {
            let launch = blocks(row.body, "launch_template").next().unwrap();
            let launch = self.inside(&row, launch, "id").text();
            let launch = launches.iter().find(|own| own.id == launch).unwrap();
            let interface = blocks(launch.body, "network_interfaces").next();
            let groups = match interface {
                Some(own) => self.inside(launch, own, "security_groups").texts(),
                None => self.get(launch, "vpc_security_group_ids").texts(),
            };
            let public = interface
                .is_some_and(|own| self.inside(launch, own, "associate_public_ip_address").flag());
            let thing = Thing {
                kind: "server-group",
                subnets: self.get(&row, "vpc_zone_identifier").texts(),
                count: self.get(&row, "desired_capacity").number().unwrap() as usize,
                groups,
                public,
                ..Thing::default()
            };
            cloud.things.insert(row.id.clone(), thing);
            let count = interface.map(|own| self.inside(launch, own, "ipv6_address_count"));
            if count == Some(Val::Number(1)) {
                cloud.speaks_both(&row.id);
            }
        }
    }

    fn container_services(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_ecs_service") {
            let network = blocks(row.body, "network_configuration").next().unwrap();
            let thing = Thing {
                kind: "container-service",
                subnets: self.inside(&row, network, "subnets").texts(),
                groups: self.inside(&row, network, "security_groups").texts(),
                count: self.get(&row, "desired_count").number().unwrap() as usize,
                public: self.inside(&row, network, "assign_public_ip").flag(),
                ..Thing::default()
            };
            cloud.things.insert(row.id, thing);
        }
    }

    /// All pools of a cluster are one thing.
    fn nodes(&self, cloud: &mut Cloud) {
        let launches = self.rows("aws_launch_template");
        for row in self.rows("aws_eks_node_group") {
            let launch = blocks(row.body, "launch_template").next().unwrap();
            let launch = self.inside(&row, launch, "id").text();
            let launch = launches.iter().find(|own| own.id == launch).unwrap();
            let sizes = blocks(row.body, "scaling_config").next().unwrap();
            let count = self.inside(&row, sizes, "desired_size").number().unwrap();
            let pool = Thing {
                kind: "kubernetes-cluster",
                subnets: self.get(&row, "subnet_ids").texts(),
                groups: self.get(launch, "vpc_security_group_ids").texts(),
                ..Thing::default()
            };
            let cluster = cloud.things.entry(self.text(&row, "cluster_name")).or_insert(pool);
            cluster.count += count as usize;
        }
    }

    fn balancers(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_lb") {
            let thing = Thing {
                kind: "load-balancer",
                public: !self.get(&row, "internal").flag(),
                pass_through: self.text(&row, "load_balancer_type") == "network",
                ..Thing::default()
            };
            let thing = self.placed(&row, thing, "subnets", "security_groups");
            cloud.things.insert(row.id.clone(), thing);
            if self.get(&row, "ip_address_type") == Val::Text("dualstack".to_owned()) {
                cloud.speaks_both(&row.id);
            }
        }
        for row in self.rows("aws_apigatewayv2_vpc_link") {
            let thing = Thing { kind: "api-gateway", ..Thing::default() };
            let thing = self.placed(&row, thing, "subnet_ids", "security_group_ids");
            cloud.things.insert(row.id, thing);
        }
        for row in self.rows("aws_lb_target_group") {
            cloud.targets.insert(row.id, Vec::new());
        }
        for row in self.rows("aws_lb_target_group_attachment") {
            let port = u16::try_from(self.get(&row, "port").number().unwrap()).unwrap();
            let group = cloud.targets.get_mut(&self.text(&row, "target_group_arn")).unwrap();
            group.push((self.text(&row, "target_id"), port));
        }
        let behind = self.groups_behind();
        for (group, server) in behind {
            let port = self.rows("aws_lb_target_group").into_iter().find(|own| own.id == group);
            let port = self.get(&port.unwrap(), "port").number().unwrap();
            let all = cloud.targets.get_mut(&group).unwrap();
            all.push((server, u16::try_from(port).unwrap()));
        }
        for row in self.rows("aws_lb_listener") {
            let action = blocks(row.body, "default_action").next().unwrap();
            let redirect = blocks(action, "redirect").next().map(|own| {
                u16::try_from(self.inside(&row, own, "port").number().unwrap()).unwrap()
            });
            let several = blocks(action, "forward").flat_map(|own| blocks(own, "target_group"));
            let mut groups: Vec<String> =
                several.map(|own| self.inside(&row, own, "arn").text()).collect();
            if argument(action, "target_group_arn").is_some() {
                groups.push(self.inside(&row, action, "target_group_arn").text());
            }
            cloud.listeners.push(Opened {
                balancer: self.text(&row, "load_balancer_arn"),
                port: u16::try_from(self.get(&row, "port").number().unwrap()).unwrap(),
                protocol: self.text(&row, "protocol"),
                redirect,
                groups,
            });
        }
    }

    /// Target groups, and what names them itself.
    fn groups_behind(&self) -> Vec<(String, String)> {
        let rows = self.rows("aws_autoscaling_group").into_iter();
        let pairs = rows.flat_map(|row| {
            let groups = self.get(&row, "target_group_arns").texts();
            groups.into_iter().map(move |group| (group, row.id.clone()))
        });
        let mut pairs: Vec<_> = pairs.collect();
        for row in self.rows("aws_ecs_service") {
            for own in blocks(row.body, "load_balancer") {
                let group = self.inside(&row, own, "target_group_arn").text();
                pairs.push((group, row.id.clone()));
            }
        }
        pairs
    }

    fn filters(&self, cloud: &mut Cloud) {
        for row in self.rows("aws_security_group") {
            cloud.groups.insert(row.id.clone(), self.text(&row, "vpc_id"));
        }
        for (type_, ingress) in [
            ("aws_vpc_security_group_ingress_rule", true),
            ("aws_vpc_security_group_egress_rule", false),
        ] {
            for row in self.rows(type_) {
                if argument(row.body, "cidr_ipv6").is_some() {
                    assert_eq!(self.text(&row, "cidr_ipv6"), "::/0");
                    let group = self.text(&row, "security_group_id");
                    cloud.rule6(&group, ingress, &self.text(&row, "ip_protocol"), self.ports(&row));
                    continue;
                }
                if row.id.ends_with("_layers") {
                    let list = self.text(&row, "prefix_list_id");
                    let doors = self.rows("aws_vpc_endpoint");
                    let door = doors.iter().find(|own| own.id == list).expect("the list of a door");
                    assert!(
                        !ingress
                            && self.text(door, "service_name").rsplit('.').next() == Some("s3")
                    );
                    cloud.layers.insert(self.text(&row, "security_group_id"));
                    continue;
                }
                let other = if argument(row.body, "cidr_ipv4").is_some() {
                    Other::Range(self.text(&row, "cidr_ipv4").parse().unwrap())
                } else if argument(row.body, "prefix_list_id").is_some() {
                    let door = self.text(&row, "prefix_list_id");
                    let doors = self.rows("aws_vpc_endpoint");
                    let door = doors.iter().find(|own| own.id == door);
                    // What is looked up is AWS's own list.
                    let service = door.map_or_else(
                        || "cloudfront".to_owned(),
                        |door| self.text(door, "service_name"),
                    );
                    Other::Prefixes(service.rsplit('.').next().unwrap().to_owned())
                } else {
                    Other::Group(self.text(&row, "referenced_security_group_id"))
                };
                let group = self.text(&row, "security_group_id");
                // What passes between a cluster and itself is drawn nowhere.
                let nodes = |id: &str| id.starts_with("aws_eks_cluster.");
                if nodes(&group) || matches!(&other, Other::Group(id) if nodes(id)) {
                    continue;
                }
                cloud.rules.push(Rule {
                    group,
                    ingress,
                    other,
                    protocol: self.text(&row, "ip_protocol"),
                    ports: self.ports(&row),
                });
            }
        }
        for row in self.rows("aws_network_acl") {
            let subnets = self.get(&row, "subnet_ids").texts();
            cloud.acls.insert(row.id, subnets);
        }
        for row in self.rows("aws_network_acl_rule") {
            let six = self.get(&row, "ipv6_cidr_block");
            let range =
                if six == Val::Null { self.text(&row, "cidr_block") } else { NONE.to_owned() };
            let entry = Entry {
                acl: self.text(&row, "network_acl_id"),
                number: self.get(&row, "rule_number").number().unwrap(),
                egress: self.get(&row, "egress").flag(),
                allow: self.text(&row, "rule_action") == "allow",
                protocol: self.text(&row, "protocol"),
                range: range.parse().unwrap(),
                ports: self.ports(&row),
            };
            if six == Val::Null {
                cloud.entries.push(entry);
            } else {
                let end = six.text();
                cloud.entry6(&entry, end_of(end.trim_end_matches("/128")));
            }
        }
    }

    fn ports(&self, row: &Row<'_>) -> Option<(i64, i64)> {
        self.get(row, "from_port").number().zip(self.get(row, "to_port").number())
    }
}
