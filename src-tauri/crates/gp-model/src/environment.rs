//! Environments: where a design is deployed, and what is different there.

use crate::{Id, Table};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a design becomes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Network namespaces on this machine.
    #[default]
    Lab,
    /// Containers.
    Docker,
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// A Kubernetes cluster.
    Kubernetes,
    /// VMware vSphere.
    Vsphere,
}

impl Provider {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Lab,
        Self::Docker,
        Self::Aws,
        Self::Azure,
        Self::Gcp,
        Self::Kubernetes,
        Self::Vsphere,
    ];

    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::Docker => "docker",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Kubernetes => "kubernetes",
            Self::Vsphere => "vsphere",
        }
    }

    /// The provider with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == word)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who makes it so.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// Our own driver for the provider.
    #[default]
    Native,
    /// Terraform or OpenTofu on the exported configuration.
    Terraform,
}

/// One `[environment.ID.modules.KIND]` table.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct ModuleTable {
    /// Where the module is, as Terraform takes it: a path, a registry address, a repository.
    source: String,
    /// Which versions, of a module in a registry: `"~> 6.0"`.
    version: Option<String>,
    /// What it is told. `${NAME}` is an attribute of the resource, `id`, `title` or `tags`; `${network.id}` something of what
    /// it stands in; `${shop.id}` something of another resource.
    #[serde(default)]
    inputs: Table,
    /// What others want of the resource → the module's output that has it: `{ arn = "queue_arn" }`.
    #[serde(default)]
    outputs: IndexMap<String, String>,
}

/// One `[environment.ID]` table. `None` and empty mean: the file does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Environment {
    /// What the design becomes here.
    pub provider: Provider,
    /// Who makes it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Driver>,
    /// Where Terraform state lives.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub backend: Table,
    /// Whose semantics a lab imitates; AWS where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Provider>,
    /// Drawn region id → the provider's region name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub regions: IndexMap<Id, String>,
    /// Values of `${var.NAME}`.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub variables: Table,
    /// Resource id → attributes that differ here, `disabled = true` included.
    #[serde(default, rename = "override", skip_serializing_if = "IndexMap::is_empty")]
    pub overrides: IndexMap<Id, Table>,
    /// Kind → the user's own Terraform module that is written for it here: `source`, `version`, `inputs`, `outputs`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(with = "IndexMap<String, ModuleTable>")]
    pub modules: IndexMap<String, Table>,
    /// Policy profile of this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Address pool (CIDR) from which networks without a CIDR are allocated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// IPv6 pool (CIDR) from which networks with IPv6 are allocated; one of the design's own in `fd00::/8` where
    /// the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool6: Option<String>,
    /// Put behind globally unique names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Ends by itself after this long, `"2 hours"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// Deletion protection and final snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protect: Option<bool>,
    /// Unknown keys, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

impl Environment {
    /// The provider whose semantics apply: a lab (or Docker) imitates one.
    pub fn semantics(&self) -> Provider {
        match self.provider {
            Provider::Lab | Provider::Docker => self.like.unwrap_or(Provider::Aws),
            provider => provider,
        }
    }
}
