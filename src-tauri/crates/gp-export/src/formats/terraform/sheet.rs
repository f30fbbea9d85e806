//! The files in the making: blocks by file, variables, outputs, moves. Gives every block its label,
//! its provider alias and the user's raw attributes, so that no mapping has to think of them.

use super::{
    overrides, workspace,
    writer::{Block, Body, Expr, code},
};
use crate::{
    aws::{Facts, home::MadeIn, secret},
    name::{Unique, label, one_line},
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Id};
use std::collections::{BTreeMap, BTreeSet};

/// Which file a block stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// Networks and what stands in them.
    Network,
    /// Servers, functions.
    Compute,
    /// Volumes, buckets.
    Storage,
    /// Databases, queues.
    Data,
    /// Groups, rules, roles.
    Security,
    /// What the user wrote in the provider's own words.
    Raw,
    /// The user's own modules.
    Modules,
}

impl File {
    /// The file's name.
    pub fn path(self) -> &'static str {
        match self {
            Self::Network => "network.tf",
            Self::Compute => "compute.tf",
            Self::Storage => "storage.tf",
            Self::Data => "data.tf",
            Self::Security => "security.tf",
            Self::Raw => "raw.tf",
            Self::Modules => "modules.tf",
        }
    }
}

/// A variable of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// What it is for.
    pub description: String,
    /// Its type.
    pub type_: &'static str,
    /// Its value where nobody gives one.
    pub default: Option<Expr>,
    /// Terraform shows it nowhere.
    pub sensitive: bool,
}

/// A block and what is said above it.
pub struct Entry {
    /// The drawn thing's title.
    pub comment: Option<String>,
    /// The block.
    pub block: Block,
}

/// Everything that will be written.
pub struct Sheet<'a> {
    /// What the drawing means.
    pub facts: &'a Facts<'a>,
    /// Blocks by file.
    pub files: BTreeMap<File, Vec<Entry>>,
    /// By name.
    pub variables: BTreeMap<String, Variable>,
    /// Name → description and value.
    pub outputs: BTreeMap<String, (String, Expr)>,
    /// From and to, of renamed things.
    pub moves: Vec<(String, String)>,
    /// What cannot be expressed.
    pub diagnostics: Vec<Diagnostic>,
    /// Something is made by Databricks' provider.
    pub asks_databricks: bool,
    labels: Unique,
    commented: BTreeSet<(File, &'a str)>,
    shared: BTreeSet<String>,
    /// Secret → its variable.
    secrets: BTreeMap<String, String>,
    default_region: Option<&'a Id>,
}

impl<'a> Sheet<'a> {
    /// An empty one.
    pub fn new(facts: &'a Facts<'a>) -> Self {
        Self {
            facts,
            files: BTreeMap::new(),
            variables: BTreeMap::new(),
            outputs: BTreeMap::new(),
            moves: Vec::new(),
            diagnostics: Vec::new(),
            asks_databricks: false,
            labels: Unique::default(),
            commented: BTreeSet::new(),
            shared: BTreeSet::new(),
            secrets: BTreeMap::new(),
            default_region: facts.resolved.scopes.keys().next(),
        }
    }

    /// Adds `resource "TYPE" "LABEL"` for a drawn thing; `tail` tells its parts apart.
    /// Gives the address (`aws_vpc.shop`).
    pub fn resource(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        tail: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        self.labelled((file, owner, type_, tail), fill, overrides::apply)
    }

    /// The same for a copy of a main thing: the raw attributes of that are not said of its copies.
    pub fn copy(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        tail: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        self.labelled((file, owner, type_, tail), fill, |_, _, _| {})
    }

    fn labelled(
        &mut self,
        (file, owner, type_, tail): (File, &'a ResolvedResource, &str, &str),
        fill: impl FnOnce(&mut Body),
        raw: fn(&mut Body, &ResolvedResource, &str),
    ) -> String {
        let wanted = format!("{type_}.{}{tail}", label(&owner.id));
        let own = self.labels.take(&wanted, "_");
        if own != wanted {
            self.diagnostics.push(crate::aws::collision(&owner.id, &owner.title, &wanted));
        }
        let short = own[type_.len() + 1..].to_owned();
        let mut block = Block::new("resource", &[type_, &short]);
        block.body.set_some("provider", self.provider(owner, type_).map(code));
        fill(&mut block.body);
        raw(&mut block.body, owner, type_);
        self.remember_moves(owner, type_, tail, &own);
        self.push(file, owner, block);
        own
    }

    /// Adds a named resource that belongs to no single drawn id (a rule of a link).
    pub fn named(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        name: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        let own = self.labels.take(&format!("{type_}.{}", label(name)), "_");
        let mut block = Block::new("resource", &[type_, &own[type_.len() + 1..]]);
        block.body.set_some("provider", self.provider(owner, type_).map(code));
        fill(&mut block.body);
        overrides::apply_secondary(&mut block.body, owner, type_);
        self.push(file, owner, block);
        own
    }

    /// Adds `resource "TYPE" "NAME"` that many things share, and that an account has once. Gives the
    /// address.
    pub fn once(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        name: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        let address = format!("{type_}.{}", label(name));
        if self.shared.insert(address.clone()) {
            return self.named(file, owner, type_, name, fill);
        }
        address
    }

    /// Adds `data "TYPE" "NAME"` for everybody in one region that asks for the same: what AWS has
    /// under that name differs from region to region. Gives the address.
    pub fn shared(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        name: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        let name = match self.alias(owner) {
            Some(alias) => format!("{name}_{alias}"),
            None => name.to_owned(),
        };
        self.data(file, owner, type_, &name, fill)
    }

    /// Adds `data "TYPE" "NAME"`; the same one twice is written once. Gives the address.
    pub fn data(
        &mut self,
        file: File,
        owner: &'a ResolvedResource,
        type_: &str,
        name: &str,
        fill: impl FnOnce(&mut Body),
    ) -> String {
        let name = label(name);
        let address = format!("data.{type_}.{name}");
        if self.shared.insert(address.clone()) {
            let mut block = Block::new("data", &[type_, &name]);
            block.body.set_some("provider", self.provider(owner, type_).map(code));
            fill(&mut block.body);
            self.push(file, owner, block);
        }
        address
    }

    /// Adds a variable; gives the reference to it.
    pub fn variable(
        &mut self,
        name: &str,
        type_: &'static str,
        description: impl Into<String>,
        default: Option<Expr>,
    ) -> String {
        let name = label(name);
        let description = description.into();
        let sensitive = false;
        let variable = Variable { description, type_, default, sensitive };
        self.variables.entry(name.clone()).or_insert(variable);
        format!("var.{name}")
    }

    /// The reference to the variable of a secret: no two secrets share one, whatever they are called.
    fn secret(&mut self, name: &str) -> String {
        let known = self.secrets.get(name).cloned();
        let variable = known.unwrap_or_else(|| {
            let mut own = label(&format!("secret_{name}"));
            while self.variables.contains_key(&own) {
                own.push('_');
            }
            let description = secret::about(name);
            let variable =
                Variable { description, type_: "string", default: None, sensitive: true };
            self.variables.insert(own.clone(), variable);
            self.secrets.insert(name.to_owned(), own.clone());
            own
        });
        format!("var.{variable}")
    }

    /// Adds `module "LABEL"` for a drawn thing.
    pub fn module(&mut self, owner: &'a ResolvedResource, fill: impl FnOnce(&mut Body)) {
        let wanted = format!("module.{}", label(&owner.id));
        let own = self.labels.take(&wanted, "_");
        if own != wanted {
            self.diagnostics.push(crate::aws::collision(&owner.id, &owner.title, &wanted));
        }
        let mut block = Block::new("module", &[&own["module.".len()..]]);
        fill(&mut block.body);
        self.remember_moves(owner, "module", "", &own);
        self.push(File::Modules, owner, block);
    }

    /// Changes every code of the files and the outputs.
    pub fn each_code(&mut self, change: &mut dyn FnMut(&str) -> Option<String>) {
        let mut each = |value: &mut Expr| {
            if let Expr::Code(text) = value
                && let Some(new) = change(text)
            {
                *text = new;
            }
        };
        for entry in self.files.values_mut().flatten() {
            entry.block.body.each_expr(&mut each);
        }
        for (_, value) in self.outputs.values_mut() {
            value.each(&mut each);
        }
    }

    /// Makes the resource at an address wait for another.
    pub fn wait(&mut self, address: &str, on: &str) {
        let is_it = |block: &Block| match block.name.as_str() {
            "resource" => block.labels.join(".") == address,
            "module" => address.strip_prefix("module.") == block.labels.first().map(String::as_str),
            _ => false,
        };
        let all = self.files.values_mut().flatten().map(|entry| &mut entry.block);
        for block in all.filter(|block| is_it(block)) {
            block.body.wait(code(on));
        }
    }

    /// Adds a value that other blocks name as `local.NAME`.
    pub fn local(&mut self, file: File, owner: &'a ResolvedResource, name: &str, value: Expr) {
        let mut block = Block::new("locals", &[]);
        block.body.set(name, value);
        self.push(file, owner, block);
    }

    /// Adds an output.
    pub fn output(&mut self, name: &str, description: impl Into<String>, value: Expr) {
        self.outputs.insert(label(name), (description.into(), value));
    }

    /// A type that follows from the size; a variable and a diagnostic where none is large enough.
    pub fn type_or_variable(&mut self, owner: &'a ResolvedResource, found: Option<&str>) -> Expr {
        if let Some(found) = found {
            return found.into();
        }
        self.diagnostics.push(crate::aws::no_type(owner));
        code(self.variable(
            &format!("{}_type", owner.id),
            "string",
            format!("Type of {}.", owner.title),
            None,
        ))
    }

    fn push(&mut self, file: File, owner: &'a ResolvedResource, mut block: Block) {
        block.body.each_expr(&mut |value| {
            if let Expr::Secret(name) = value {
                *value = code(self.secret(name));
            }
        });
        let first = self.commented.insert((file, &owner.id));
        let comment = first.then(|| one_line(&owner.title));
        self.files.entry(file).or_default().push(Entry { comment, block });
    }

    fn remember_moves(&mut self, owner: &ResolvedResource, type_: &str, tail: &str, now: &str) {
        let old = owner.was.iter().map(|id| format!("{type_}.{}{tail}", label(id)));
        let chain: Vec<String> = old.chain([now.to_owned()]).collect();
        self.moves.extend(
            chain.windows(2).filter(|w| w[0] != w[1]).map(|w| (w[0].clone(), w[1].clone())),
        );
    }

    /// The provider that makes a type for a thing, where it is not the one without an alias.
    fn provider(&mut self, owner: &'a ResolvedResource, type_: &str) -> Option<String> {
        if workspace::makes(type_) {
            self.asks_databricks = true;
            return Some(workspace::PROVIDER.to_owned());
        }
        self.alias(owner).map(|alias| format!("aws.{alias}"))
    }

    /// The provider alias of a thing outside the first region.
    pub fn alias(&self, owner: &'a ResolvedResource) -> Option<String> {
        let region = match self.facts.made_in(owner)? {
            MadeIn::Region(region) => region,
            MadeIn::Edge => return Some(self.facts.edge_alias(owner)),
        };
        (Some(region) != self.default_region).then(|| label(region))
    }

    /// The variable that holds the zones of a thing's region.
    pub fn zones(&mut self, owner: &'a ResolvedResource) -> String {
        let Some(region) = self.facts.region_of(owner) else {
            return "var.zones".to_owned();
        };
        let prefix = self.alias(owner).map_or_else(String::new, |alias| format!("{alias}_"));
        let name = format!("{prefix}zones");
        if self.variables.contains_key(&label(&name)) {
            return format!("var.{}", label(&name));
        }
        let scope = &self.facts.resolved.scopes[region];
        let names = self.facts.zones_in_use(region).filter_map(|letter| {
            Some((letter.to_owned(), Expr::Text(scope.zones.get(letter)?.clone())))
        });
        let default = Expr::Object(names.collect());
        let description =
            format!("Availability zone behind each letter of the drawing, in {}.", scope.region);
        self.variable(&name, "map(string)", description, Some(default))
    }
}
