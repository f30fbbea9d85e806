//! What names something in another place: told there as an output, asked for here by a parameter, or
//! written at once where it is known before.

use super::{
    super::{
        template::{Entry, Output, Parameter, Source, Template},
        writer::{Node, Properties, map, sub_literal},
    },
    Parts, crossing, from_output,
};
use crate::{
    aws::{Facts, home::Home},
    name::logical,
};
use gp_model::Id;
use std::{collections::BTreeMap, fmt::Write as _};

/// An entry that asks for something elsewhere.
pub struct Asked {
    /// Who asks.
    pub by: usize,
    /// What has to be there before.
    pub of: Vec<usize>,
    /// The parameter with the answer.
    pub parameter: String,
}

/// Carries values from place to place.
pub struct Carrier<'c, 'a> {
    facts: &'c Facts<'a>,
    homes: Vec<Home<'a>>,
    files: Vec<String>,
    home_of: Vec<usize>,
    ids: std::collections::HashMap<String, usize>,
    /// Names that parameters cannot have.
    taken: std::collections::BTreeSet<String>,
    /// By home.
    pub outputs: Vec<BTreeMap<String, Output>>,
    /// By home: those that are not asked of whoever deploys.
    pub parameters: Vec<BTreeMap<String, Parameter>>,
    /// Who asks for what.
    pub asked: Vec<Asked>,
    /// Entry → one elsewhere that it names without asking.
    pub noticed: Vec<(usize, usize)>,
    /// Entry → number of the statements in its policy that let somebody elsewhere in: they may come later
    /// than itself.
    pub late: BTreeMap<usize, usize>,
    in_statement: bool,
}

impl<'c, 'a> Carrier<'c, 'a> {
    /// Knows where everything stands, and what is told already.
    pub fn new(template: &mut Template<'a>, parts: &Parts<'a>) -> Self
    where
        'a: 'c,
    {
        let count = parts.homes.len();
        let names = parts.ids.keys().chain(template.parameters.keys());
        let mut carrier = Self {
            facts: template.facts,
            homes: parts.homes.clone(),
            files: parts.files.clone(),
            home_of: parts.home_of.clone(),
            ids: parts.ids.clone(),
            taken: names.cloned().collect(),
            outputs: (0..count).map(|_| BTreeMap::new()).collect(),
            parameters: (0..count).map(|_| BTreeMap::new()).collect(),
            asked: Vec::new(),
            noticed: Vec::new(),
            late: BTreeMap::new(),
            in_statement: false,
        };
        for (name, output) in std::mem::take(&mut template.outputs) {
            if let Some(home) = carrier.home_of_output(parts, &output) {
                carrier.outputs[home].insert(name, output);
            }
        }
        carrier
    }

    /// Where what an output is about stands; none where it is nowhere.
    fn home_of_output(&self, parts: &Parts<'_>, output: &Output) -> Option<usize> {
        let mut named = std::collections::BTreeSet::new();
        output.value.names(&mut named);
        if let Some(number) = named.iter().find_map(|name| parts.ids.get(*name)) {
            return Some(parts.home_of[*number]);
        }
        let owner = self.facts.resource(output.owner.as_deref()?)?;
        let home = self.facts.home(owner);
        parts.homes.iter().position(|other| *other == home)
    }

    /// Carries what all entries name.
    pub fn entries(&mut self, entries: &mut [Entry]) {
        for by in 0..entries.len() {
            let mut properties = std::mem::take(&mut entries[by].properties);
            for (name, value) in &mut properties.0 {
                self.in_statement = is_policy(&entries[by].type_, name);
                self.node(value, by, entries);
            }
            self.in_statement = false;
            entries[by].properties = properties;
            let here = self.home_of[by];
            let before = std::mem::take(&mut entries[by].depends_on);
            for name in before {
                match self.elsewhere(&name, here) {
                    Some(of) => self.noticed.push((by, of)),
                    None => entries[by].depends_on.push(name),
                }
            }
        }
    }

    /// The entry of this id, where it stands in another place.
    fn elsewhere(&self, id: &str, here: usize) -> Option<usize> {
        self.ids.get(id).copied().filter(|number| self.home_of[*number] != here)
    }

    fn node(&mut self, node: &mut Node, by: usize, entries: &[Entry]) {
        let here = self.home_of[by];
        match node {
            Node::Account(thing) => *node = self.account(&thing.clone(), here),
            Node::Ref(id) => {
                if let Some(new) = self.one(&id.clone(), None, by, entries) {
                    *node = new;
                }
            }
            Node::Att(id, attribute) => {
                if let Some(new) = self.one(&id.clone(), Some(&attribute.clone()), by, entries) {
                    *node = new;
                }
            }
            Node::Sub(text) => {
                if let Some(new) = self.text(&text.clone(), by, entries) {
                    *node = new;
                }
            }
            Node::Map(_) if is_function(node) => {
                let mut names = std::collections::BTreeSet::new();
                node.names(&mut names);
                let away: Vec<Option<usize>> =
                    names.iter().map(|name| self.elsewhere(name, here)).collect();
                let away: Option<Vec<usize>> = away.into_iter().collect();
                match away.filter(|away| !away.is_empty() && self.stand_together(away)) {
                    Some(of) => *node = Node::Ref(self.ask(node.clone(), of, by, entries)),
                    None => self.inside(node, by, entries),
                }
            }
            _ => self.inside(node, by, entries),
        }
    }

    fn inside(&mut self, node: &mut Node, by: usize, entries: &[Entry]) {
        match node {
            Node::List(items) => {
                for item in items {
                    self.node(item, by, entries);
                }
            }
            Node::Map(members) => {
                for (_, value) in members {
                    self.node(value, by, entries);
                }
            }
            _ => {}
        }
    }

    fn stand_together(&self, of: &[usize]) -> bool {
        of.iter().all(|number| self.home_of[*number] == self.home_of[of[0]])
    }

    /// What stands here for a reference to something elsewhere.
    fn one(
        &mut self,
        id: &str,
        attribute: Option<&str>,
        by: usize,
        entries: &[Entry],
    ) -> Option<Node> {
        let here = self.home_of[by];
        let of = self.elsewhere(id, here)?;
        let homes = (self.homes[here], self.homes[self.home_of[of]]);
        if let Some(known) = crossing::known(&entries[of], attribute, homes.0, homes.1) {
            self.noticed.push((by, of));
            return Some(known);
        }
        let value = match attribute {
            None => Node::Ref(id.to_owned()),
            Some(attribute) => Node::Att(id.to_owned(), attribute.to_owned()),
        };
        Some(Node::Ref(self.ask(value, vec![of], by, entries)))
    }

    /// What stands here for a text that names something elsewhere. One that says its account or region,
    /// too, is put together there.
    fn text(&mut self, text: &str, by: usize, entries: &[Entry]) -> Option<Node> {
        let here = self.home_of[by];
        let names: Vec<&str> = pieces(text).into_iter().filter_map(Piece::name).collect();
        let plain = names.iter().filter(|name| !name.starts_with("AWS::"));
        let away: Vec<Option<usize>> =
            plain.map(|name| self.elsewhere(id_of(name).0, here)).collect();
        if away.iter().all(Option::is_none) {
            return None;
        }
        let local = names.iter().any(|name| matches!(*name, "AWS::Region" | "AWS::AccountId"));
        let all: Option<Vec<usize>> = away.iter().copied().collect();
        if let Some(of) = all.filter(|of| local && self.stand_together(of)) {
            return Some(Node::Ref(self.ask(Node::Sub(text.to_owned()), of, by, entries)));
        }
        let mut written = String::new();
        for piece in pieces(text) {
            let Piece::Name(name) = piece else {
                written.push_str(piece.text());
                continue;
            };
            let (id, attribute) = id_of(name);
            match self.one(id, attribute, by, entries) {
                Some(Node::Text(text)) => written.push_str(&sub_literal(&text)),
                Some(Node::Sub(text)) => written.push_str(&text),
                Some(Node::Ref(parameter)) => drop(write!(written, "${{{parameter}}}")),
                _ => drop(write!(written, "${{{name}}}")),
            }
        }
        let plain = pieces(&written).iter().all(|piece| piece.name().is_none());
        Some(if plain && !written.contains("${") {
            Node::Text(written)
        } else {
            Node::Sub(written)
        })
    }

    /// Has a value told there and given here; the parameter here.
    fn ask(&mut self, value: Node, of: Vec<usize>, by: usize, entries: &[Entry]) -> String {
        let (here, there) = (self.home_of[by], self.home_of[of[0]]);
        let title = entries[of[0]].title.clone();
        let about = entries[of[0]].type_.clone();
        let output = self.tell(there, value, &entries[of[0]]);
        let source = Source::Output(output.clone(), self.files[there].clone());
        let mut known = self.parameters[here].iter();
        let known = known.find(|(_, parameter)| parameter.source == source);
        let known = known.map(|(name, _)| name.clone());
        let parameter = if let Some(name) = known {
            name
        } else {
            let name = self.free(&output, here);
            let words = format!("Of {} ({about}).", crate::name::one_line(&title));
            let parameter = from_output(&self.files[there], &output, &words);
            self.parameters[here].insert(name.clone(), parameter);
            name
        };
        let by = if self.in_statement { self.late_part(by) } else { by };
        self.asked.push(Asked { by, of, parameter: parameter.clone() });
        parameter
    }

    fn late_part(&mut self, by: usize) -> usize {
        if let Some(known) = self.late.get(&by) {
            return *known;
        }
        self.home_of.push(self.home_of[by]);
        self.late.insert(by, self.home_of.len() - 1);
        self.home_of.len() - 1
    }

    /// Where every part stands: the entries, and after them the statements that may come later.
    pub fn home_of(&self) -> &[usize] {
        &self.home_of
    }

    /// A name that no parameter and no resource has.
    fn free(&self, wanted: &str, here: usize) -> String {
        let mut name = wanted.to_owned();
        while self.taken.contains(&name) || self.parameters[here].contains_key(&name) {
            name.push('N');
        }
        name
    }

    /// The output that tells a value.
    fn tell(&mut self, there: usize, value: Node, entry: &Entry) -> String {
        let known = self.outputs[there].iter().find(|(_, output)| output.value == value);
        if let Some((name, _)) = known {
            return name.clone();
        }
        let mut name = name_of(&value, entry);
        while self.outputs[there].contains_key(&name) {
            name.push('N');
        }
        let description = format!("Of {}, for other stacks.", crate::name::one_line(&entry.title));
        let owner = Some(entry.owner.clone());
        self.outputs[there]
            .insert(name.clone(), Output { description, value, owner, condition: None });
        name
    }

    /// The number of the account that a thing stands in.
    fn account(&mut self, thing: &Id, here: usize) -> Node {
        let account = self.facts.resource(thing).and_then(|thing| self.facts.home(thing).account);
        if account == self.homes[here].account {
            return Node::Ref("AWS::AccountId".to_owned());
        }
        let title = account.and_then(|id| self.facts.resource(id)).map(|own| own.title.as_str());
        let about = match title {
            Some(title) => format!("Number of the account {}.", crate::name::one_line(title)),
            None => "Number of the account of what is drawn outside of all accounts.".to_owned(),
        };
        let wanted = logical(&number_of(account));
        let source = Source::Account(account.cloned());
        let known = self.parameters[here].iter().find(|(_, own)| own.source == source);
        if let Some((name, _)) = known {
            return Node::Ref(name.clone());
        }
        let name = self.free(&wanted, here);
        let pattern = Some("^[0-9]{12}$");
        let parameter = Parameter { pattern, source, ..Parameter::new("String", about) };
        self.parameters[here].insert(name.clone(), parameter);
        Node::Ref(name)
    }
}

/// What the number of an account is called.
fn number_of(account: Option<&Id>) -> String {
    let Some(account) = account else { return "own-account-number".to_owned() };
    let said = account.to_ascii_lowercase().ends_with("account");
    format!("{account}{}", if said { "-number" } else { "-account-number" })
}

/// What an output is called by what it tells.
fn name_of(value: &Node, entry: &Entry) -> String {
    const BY_ARN: [&str; 5] = [
        "AWS::CertificateManager::Certificate",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
    ];
    let own = &entry.id;
    match value {
        Node::Att(id, attribute) => format!("{id}{}", logical(attribute)),
        Node::Ref(id) if BY_ARN.contains(&entry.type_.as_str()) => format!("{id}Arn"),
        Node::Ref(id) => format!("{id}Id"),
        Node::Sub(text) if text.starts_with("arn:") => format!("{own}Arn"),
        _ => format!("{own}Value"),
    }
}

fn is_function(node: &Node) -> bool {
    matches!(node, Node::Map(members) if matches!(members.as_slice(), [(name, _)] if name.starts_with("Fn::")))
}

/// A part of the text of `!Sub`.
#[derive(Clone, Copy)]
enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

impl<'t> Piece<'t> {
    fn name(self) -> Option<&'t str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Text(_) => None,
        }
    }

    fn text(self) -> &'t str {
        match self {
            Self::Text(text) | Self::Name(text) => text,
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(start) = text[at..].find("${").map(|found| at + found) {
        let Some(end) = text[start..].find('}').map(|found| start + found) else { break };
        at = end + 1;
        // `${!` is no name but a sign.
        if !text[start..].starts_with("${!") {
            all.push(Piece::Text(&text[from..start]));
            all.push(Piece::Name(&text[start + 2..end]));
            from = at;
        }
    }
    all.push(Piece::Text(&text[from..]));
    all
}

/// `Store.Arn` as id and attribute.
fn id_of(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (name, None),
    }
}

/// Whether a value names something elsewhere that is not known before it is made.
fn asks(parts: &Parts<'_>, node: &Node, here: usize) -> bool {
    let one = |id: &str, attribute: Option<&str>| {
        let of = parts.ids.get(id).copied().filter(|number| parts.home_of[*number] != here);
        of.is_some_and(|of| {
            let homes = (parts.homes[here], parts.homes[parts.home_of[of]]);
            crossing::known(&parts.entries[of], attribute, homes.0, homes.1).is_none()
        })
    };
    match node {
        Node::Ref(id) => one(id, None),
        Node::Att(id, attribute) => one(id, Some(attribute)),
        Node::Sub(text) => pieces(text).into_iter().filter_map(Piece::name).any(|name| {
            let (id, attribute) = id_of(name);
            one(id, attribute)
        }),
        Node::List(items) => items.iter().any(|item| asks(parts, item, here)),
        Node::Map(members) => members.iter().any(|(_, value)| asks(parts, value, here)),
        _ => false,
    }
}

/// Whether a property is the policy of a thing that has to be there whoever it lets in.
fn is_policy(type_: &str, property: &str) -> bool {
    matches!(
        (type_, property),
        ("AWS::KMS::Key", "KeyPolicy")
            | ("AWS::S3::BucketPolicy" | "AWS::SQS::QueuePolicy", "PolicyDocument")
    )
}

/// The statements of a policy that name one of these parameters are there on a condition.
pub fn on_condition(entry: &mut Entry, condition: &str, parameters: &[&String]) {
    let Entry { type_, properties, .. } = entry;
    for (_, policy) in properties.0.iter_mut().filter(|(name, _)| is_policy(type_, name)) {
        let Node::Map(members) = policy else { continue };
        let statements = members.iter_mut().find(|(name, _)| name == "Statement");
        let Some((_, Node::List(all))) = statements else { continue };
        for one in all {
            let mut named = std::collections::BTreeSet::new();
            one.names(&mut named);
            if parameters.iter().any(|parameter| named.contains(parameter.as_str())) {
                let nothing = Node::Ref("AWS::NoValue".to_owned());
                let own = std::mem::replace(one, Node::Bool(false));
                *one = map([("Fn::If", Node::List(vec![condition.into(), own, nothing]))]);
            }
        }
    }
}

/// Takes what a role may do elsewhere out of it, as a policy of its own.
pub fn rights_elsewhere(parts: &mut Parts<'_>, number: usize) -> Option<Entry> {
    let here = parts.home_of[number];
    if parts.entries[number].type_ != "AWS::IAM::Role" {
        return None;
    }
    let place =
        parts.entries[number].properties.0.iter().position(|(name, _)| name == "Policies")?;
    let mut policies =
        std::mem::replace(&mut parts.entries[number].properties.0[place].1, Node::List(Vec::new()));
    let mut away = Vec::new();
    if let Some(all) = statements(&mut policies) {
        let (far, near) = std::mem::take(all).into_iter().partition(|one| asks(parts, one, here));
        (away, *all) = (far, near);
    }
    let empty = statements(&mut policies).is_some_and(|all| all.is_empty());
    let entry = &mut parts.entries[number];
    if empty {
        entry.properties.0.remove(place);
    } else {
        entry.properties.0[place].1 = policies;
    }
    if away.is_empty() {
        return None;
    }
    let mut properties = Properties::default();
    let document = [("Version", "2012-10-17".into()), ("Statement", Node::List(away))];
    properties.set("PolicyName", "elsewhere");
    properties.set("Roles", Node::List(vec![Node::Ref(entry.id.clone())]));
    properties.set("PolicyDocument", map(document));
    let mut id = format!("{}Elsewhere", entry.id);
    let (title, owner) = (entry.title.clone(), entry.owner.clone());
    while parts.ids.contains_key(&id) {
        id.push('N');
    }
    Some(Entry {
        id,
        type_: "AWS::IAM::Policy".to_owned(),
        properties,
        depends_on: Vec::new(),
        keep: None,
        update: None,
        title,
        owner,
        condition: None,
    })
}

/// The statements of a role's only policy.
fn statements(policies: &mut Node) -> Option<&mut Vec<Node>> {
    let Node::List(all) = policies else { return None };
    let [Node::Map(policy)] = all.as_mut_slice() else { return None };
    let (_, document) = policy.iter_mut().find(|(name, _)| name == "PolicyDocument")?;
    let Node::Map(document) = document else { return None };
    let (_, statements) = document.iter_mut().find(|(name, _)| name == "Statement")?;
    let Node::List(statements) = statements else { return None };
    Some(statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_names_and_what_is_between_them() {
        let shown = |text: &str| {
            let all = pieces(text).into_iter().map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Name(name) => format!("<{name}>"),
            });
            all.filter(|piece| !piece.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("arn:${AWS::Partition}:s3:::${Store.Arn}/*"),
            ["arn:", "<AWS::Partition>", ":s3:::", "<Store.Arn>", "/*"]
        );
        assert_eq!(shown("${!Store} ${A}"), ["${!Store} ", "<A>"]);
        assert_eq!(shown("${open"), ["${open"]);
    }
}
