//! The template in the making: parameters, resources, outputs. Gives every resource its logical id,
//! the user's raw properties and the marks of ownership, so that no mapping has to think of them.

use super::{
    overrides,
    writer::{Node, Properties, map},
};
use crate::{
    aws::{Facts, secret},
    name::{Unique, logical},
};
use gp_catalog::resolved::{Instance, ResolvedResource, Segment};
use gp_model::{Diagnostic, Id};
use std::collections::{BTreeMap, BTreeSet};

/// A resource of the template.
pub struct Entry {
    /// Its logical id.
    pub id: String,
    /// `AWS::EC2::VPC`
    pub type_: String,
    /// What it is.
    pub properties: Properties,
    /// Logical ids that must exist before.
    pub depends_on: Vec<String>,
    /// `DeletionPolicy` and `UpdateReplacePolicy`.
    pub keep: Option<&'static str>,
    /// `UpdatePolicy`.
    pub update: Option<Node>,
    /// The drawn thing's title.
    pub title: String,
    /// The drawn thing itself.
    pub owner: Id,
    /// The condition on which there is one.
    pub condition: Option<String>,
}

/// Something that a stack tells.
pub struct Output {
    /// What it is.
    pub description: String,
    /// Its value.
    pub value: Node,
    /// The drawn thing that it is about.
    pub owner: Option<Id>,
    /// The condition on which it is told.
    pub condition: Option<String>,
}

/// Who gives a parameter its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Whoever deploys.
    Person,
    /// The output of this name, of the stack of another template (its file).
    Output(String, String),
    /// Whoever has an account, drawn or that of the credentials at hand: its number.
    Account(Option<Id>),
}

/// A parameter.
#[derive(Clone)]
pub struct Parameter {
    /// `String`, or a type that CloudFormation resolves itself.
    pub type_: String,
    /// What it is for.
    pub description: String,
    /// Its value where nobody gives one.
    pub default: Option<String>,
    /// What a value must look like.
    pub pattern: Option<&'static str>,
    /// CloudFormation shows it nowhere.
    pub secret: bool,
    /// Who gives it.
    pub source: Source,
}

impl Parameter {
    /// One without default and rules.
    pub fn new(type_: &str, description: String) -> Self {
        let type_ = type_.to_owned();
        let source = Source::Person;
        Self { type_, description, default: None, pattern: None, secret: false, source }
    }
}

/// Everything that will be written.
pub struct Template<'a> {
    /// What the drawing means.
    pub facts: &'a Facts<'a>,
    /// In the order in which they were added.
    pub entries: Vec<Entry>,
    /// By name.
    pub parameters: BTreeMap<String, Parameter>,
    /// By name.
    pub outputs: BTreeMap<String, Output>,
    /// What cannot be expressed.
    pub diagnostics: Vec<Diagnostic>,
    names: Unique,
    /// Secret → its parameter.
    secrets: BTreeMap<String, String>,
    /// Ids that two things wanted, and who came second.
    taken: Vec<(String, Id, String)>,
    marks: [(&'static str, String); 2],
}

impl<'a> Template<'a> {
    /// An empty one.
    pub fn new(facts: &'a Facts<'a>) -> Self {
        Self {
            facts,
            entries: Vec::new(),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
            diagnostics: Vec::new(),
            names: Unique::default(),
            secrets: BTreeMap::new(),
            taken: Vec::new(),
            marks: facts.ownership(),
        }
    }

    /// Adds a resource under a logical id; gives the id it got.
    pub fn add(
        &mut self,
        owner: &ResolvedResource,
        type_: &str,
        name: &str,
        fill: impl FnOnce(&mut Properties),
    ) -> String {
        let wanted = logical(name);
        let id = self.names.take(&wanted, "N");
        if id != wanted {
            self.taken.push((wanted, owner.id.clone(), owner.title.clone()));
        }
        let mut properties = Properties::default();
        fill(&mut properties);
        if main_type(owner) == Some(type_) {
            for left in overrides::apply(&mut properties, owner, type_) {
                let text = format!(
                    "CloudFormation has no property for `{}`, which “{}” sets under on.aws: it is left out{}",
                    left.path, owner.title, left.meant
                );
                let attribute = format!("on.aws.{}", left.path);
                self.diagnostics.push(crate::aws::unsupported(&owner.id, Some(&attribute), text));
            }
        }
        for (_, value) in &mut properties.0 {
            value.each(&mut |value| {
                if let Node::Secret(name) = value {
                    *value = self.secret(name);
                }
            });
        }
        let title = owner.title.clone();
        self.entries.push(Entry {
            id: id.clone(),
            type_: type_.to_owned(),
            properties,
            depends_on: Vec::new(),
            keep: None,
            update: None,
            title,
            owner: owner.id.clone(),
            condition: None,
        });
        id
    }

    /// Says which things share a logical id that something refers to: the reference could mean both.
    pub fn collisions(&self) -> Vec<Diagnostic> {
        if self.taken.is_empty() {
            return Vec::new();
        }
        let mut named = BTreeSet::new();
        for entry in &self.entries {
            named.extend(entry.depends_on.iter().map(String::as_str));
            entry.properties.0.iter().for_each(|(_, value)| value.names(&mut named));
        }
        self.outputs.values().for_each(|output| output.value.names(&mut named));
        let told = self.taken.iter().filter(|(wanted, ..)| named.contains(wanted.as_str()));
        told.map(|(wanted, id, title)| crate::aws::collision(id, title, wanted)).collect()
    }

    /// The resource added last.
    pub fn last(&mut self) -> Option<&mut Entry> {
        self.entries.last_mut()
    }

    /// `Name`, the drawn tags, and the marks of ownership.
    pub fn tags(&self, owner: &ResolvedResource, name: &str) -> Node {
        Node::List(
            self.tag_pairs(owner, name)
                .into_iter()
                .map(|(key, value)| map([("Key", key.into()), ("Value", value)]))
                .collect(),
        )
    }

    /// The same as a map, for types that take one.
    pub fn tag_map(&self, owner: &ResolvedResource, name: &str) -> Node {
        Node::Map(self.tag_pairs(owner, name))
    }

    /// The same as pairs.
    pub fn tag_pairs(&self, owner: &ResolvedResource, name: &str) -> Vec<(String, Node)> {
        let mut all = vec![("Name".to_owned(), Node::from(name))];
        let marks = self.marks.iter().map(|(key, value)| ((*key).to_owned(), value.clone().into()));
        let drawn =
            owner.tags.iter().map(|(key, value)| (key.clone(), Node::text_or_secret(value)));
        for (key, value) in drawn.chain(marks) {
            if all.iter().all(|(own, _)| *own != key) {
                all.push((key, value));
            }
        }
        all
    }

    /// Adds a parameter; gives the reference to it.
    pub fn parameter(&mut self, name: &str, parameter: Parameter) -> Node {
        let name = logical(name);
        self.parameters.entry(name.clone()).or_insert(parameter);
        Node::Ref(name)
    }

    /// A type that follows from the size; a parameter and a diagnostic where none is large enough.
    pub fn type_or_parameter(&mut self, owner: &ResolvedResource, found: Option<&str>) -> Node {
        if let Some(found) = found {
            return found.into();
        }
        self.diagnostics.push(crate::aws::no_type(owner));
        let parameter = Parameter::new("String", format!("Type of {}.", owner.title));
        self.parameter(&format!("{}-type", owner.id), parameter)
    }

    /// The reference to the parameter of a secret: no two secrets share one, whatever they are called.
    fn secret(&mut self, name: &str) -> Node {
        if let Some(known) = self.secrets.get(name) {
            return Node::Ref(known.clone());
        }
        let mut own = logical(&format!("secret-{name}"));
        while self.parameters.contains_key(&own) {
            own.push('N');
        }
        let about = secret::about(name);
        let about = format!("{about} Give it when the stack is made or changed, never in a file.");
        let parameter = Parameter { secret: true, ..Parameter::new("String", about) };
        self.parameters.insert(own.clone(), parameter);
        self.secrets.insert(name.to_owned(), own.clone());
        Node::Ref(own)
    }

    /// Adds an output about what was added last.
    pub fn output(&mut self, name: &str, description: impl Into<String>, value: Node) {
        let owner = self.entries.last().map(|entry| entry.owner.clone());
        let description = description.into();
        let output = Output { description, value, owner, condition: None };
        self.outputs.insert(logical(name), output);
    }
}

/// The CloudFormation type that raw attributes of a kind belong to.
fn main_type(owner: &ResolvedResource) -> Option<&'static str> {
    if crate::aws::appliance::is_one(owner) {
        return Some("AWS::NetworkFirewall::Firewall");
    }
    super::mapping::ROWS.iter().find(|row| row.kind == owner.kind).map(|row| row.type_)
}

/// `App0`, `WayOutA`: the logical id of one instance. By the kind and never by how many there are
/// now: a second one must not give the first another id, for that would replace it.
pub fn instance_id(owner: &ResolvedResource, instance: &Instance) -> String {
    match (owner.kind.as_str(), &instance.zone) {
        // What exists is one parameter.
        _ if !crate::aws::is_managed(owner) => logical(&owner.id),
        ("nat-gateway", Some(zone)) => logical(&format!("{}-{zone}", owner.id)),
        ("nat-gateway" | "server" | "volume", _) => {
            logical(&format!("{}-{}", owner.id, number(owner, instance)))
        }
        _ => logical(&owner.id),
    }
}

/// The number of an instance among several.
pub fn number(owner: &ResolvedResource, instance: &Instance) -> u32 {
    let same = |other: &Instance| other.address == instance.address;
    let position = || owner.instances.iter().position(same).unwrap_or(0) as u32;
    instance.index.unwrap_or_else(position)
}

/// The ARN of a thing: what CloudFormation's `Ref` gives for some of them, an attribute of the others.
pub fn arn(thing: &ResolvedResource) -> Node {
    let id = logical(&thing.id);
    match thing.kind.as_str() {
        // What exists is a parameter, of a log group with its name.
        "log-store" if !crate::aws::is_managed(thing) => Node::Sub(format!(
            "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{{id}}}:*"
        )),
        _ if !crate::aws::is_managed(thing) => Node::Ref(id),
        "certificate" | "secret" | "topic" => Node::Ref(id),
        "backup-vault" => Node::Att(id, "BackupVaultArn".to_owned()),
        "bastion" => Node::Att(id, "InstanceConnectEndpointArn".to_owned()),
        _ => Node::Att(id, "Arn".to_owned()),
    }
}

/// `AppTierSubnetA`
pub fn segment_id(segment: &Segment) -> String {
    logical(&format!("{}-subnet-{}", segment.subnet, segment.zone.as_deref().unwrap_or("")))
}

/// References to subnets.
pub fn segment_refs(segments: &[&Segment]) -> Node {
    Node::List(segments.iter().map(|segment| Node::Ref(segment_id(segment))).collect())
}

/// The group of a resource, as a list with one member.
pub fn group_list(facts: &Facts<'_>, owner: &ResolvedResource) -> Option<Node> {
    facts.group(&owner.id).map(|_| Node::List(vec![group_id(owner)]))
}

/// The id of a resource's security group.
pub fn group_id(owner: &ResolvedResource) -> Node {
    Node::Att(logical(&format!("{}-security-group", owner.id)), "GroupId".to_owned())
}
