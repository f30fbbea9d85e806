//! The environment that a design is resolved for, and the user's own modules in it.

use gp_model::{Driver, Id, Provider, Table};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The environment's facts with defaults applied.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EnvironmentFacts {
    /// Its id; `lab` for the implicit one.
    pub id: Id,
    /// What the design becomes.
    pub provider: Provider,
    /// Whose semantics apply (a lab imitates one).
    pub semantics: Provider,
    /// Who makes it so.
    pub driver: Driver,
    /// Put behind globally unique names.
    pub suffix: Option<String>,
    /// Seconds after which it ends by itself.
    pub ttl_seconds: Option<u64>,
    /// Deletion protection and final snapshots.
    pub protect: bool,
    /// Where Terraform state lives.
    pub backend: Table,
    /// Values of variables, for exporters that keep them as variables.
    pub variables: Table,
    /// Its own policy profile, instead of the design's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Kind → the user's own Terraform module that is written for it.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub modules: IndexMap<String, Module>,
}

/// A Terraform module of the user's, in place of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Module {
    /// Where it is.
    pub source: String,
    /// Which versions of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it is told; texts may mention the resource and others.
    pub inputs: Table,
    /// What others want → the output that has it.
    pub outputs: IndexMap<String, String>,
}
