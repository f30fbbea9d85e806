//! Every resource type of the Terraform providers, with what it takes: names, forms, what must be said. Made from the
//! providers' own schemas by `tests/tools/provider_types.py`, which tells how the text is to be read.

use flate2::read::ZlibDecoder;
use gp_model::{Provider, nearest};
use std::{collections::BTreeMap, io::Read as _, sync::OnceLock};

/// What a provider's plugin knows.
pub struct Plugin {
    /// The environment's word for it.
    pub provider: Provider,
    /// `hashicorp/aws`
    pub source: &'static str,
    /// The version that the table was made from.
    pub version: &'static str,
    /// Each type's lines, by type.
    types: BTreeMap<&'static str, &'static str>,
}

/// What a resource, or a part of it, takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Takes {
    /// By name.
    pub arguments: BTreeMap<&'static str, Argument>,
    /// What can only be read; of a part of a resource nothing.
    pub readable: Vec<&'static str>,
    /// The source does not tell everything: what is not among it may be there all the same.
    pub is_open: bool,
}

/// One thing that can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What it looks like.
    pub form: Form,
    /// Whether it must be said.
    pub required: bool,
    /// What is in it.
    pub inside: Option<Takes>,
}

/// What an argument looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A list, or a set.
    List,
    /// Names with values.
    Map,
    /// Anything.
    Any,
    /// A block, or several.
    Block,
    /// An object, or a list of them, given as a value.
    Object,
}

impl Form {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::List => "a list",
            Self::Map => "a table of names and values",
            Self::Any => "a value",
            Self::Block | Self::Object => "a table",
        }
    }
}

/// The plugin of a provider.
pub fn plugin(provider: Provider) -> Option<&'static Plugin> {
    static AWS: OnceLock<Plugin> = OnceLock::new();
    static AZURE: OnceLock<Plugin> = OnceLock::new();
    static GOOGLE: OnceLock<Plugin> = OnceLock::new();
    let (known, table): (_, &[u8]) = match provider {
        Provider::Aws => (&AWS, include_bytes!("../providers/aws.zz")),
        Provider::Azure => (&AZURE, include_bytes!("../providers/azurerm.zz")),
        Provider::Gcp => (&GOOGLE, include_bytes!("../providers/google.zz")),
        _ => return None,
    };
    Some(known.get_or_init(|| Plugin::read(provider, table)))
}

/// The provider that a type's name tells: `aws_sns_topic`, `AWS::SNS::Topic`.
pub fn provider_of(type_: &str) -> Option<Provider> {
    let starts = [
        ("aws_", Provider::Aws),
        ("AWS::", Provider::Aws),
        ("azurerm_", Provider::Azure),
        ("google_", Provider::Gcp),
        ("vsphere_", Provider::Vsphere),
        ("kubernetes_", Provider::Kubernetes),
        ("docker_", Provider::Docker),
    ];
    starts.iter().find(|(start, _)| type_.starts_with(start)).map(|(_, provider)| *provider)
}

impl Plugin {
    fn read(provider: Provider, table: &[u8]) -> Self {
        let mut text = String::new();
        ZlibDecoder::new(table).read_to_string(&mut text).expect("a test reads every table");
        // Read once for the whole run of the program.
        let text: &'static str = text.leak();
        let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
        let mut words = head.split(' ');
        let (source, version) =
            (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut types = BTreeMap::new();
        let mut open: Option<(&str, usize)> = None;
        let mut at = head.len() + 1;
        for line in rest.split_inclusive('\n') {
            if !line.starts_with(' ')
                && let Some((name, from)) = open.replace((line.trim_end(), at + line.len()))
            {
                types.insert(name, &text[from..at]);
            }
            at += line.len();
        }
        types.extend(open.map(|(name, from)| (name, &text[from..])));
        Self { provider, source, version, types }
    }

    /// Every type, in order.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.types.keys().copied()
    }

    /// What a type takes.
    pub fn takes(&self, type_: &str) -> Option<Takes> {
        let mut lines = self.types.get(type_)?.lines().peekable();
        Some(body(&mut lines, 1))
    }
}

/// What is said of an attribute that things of a type do not have, beginning with the attribute; `None`: it may be there.
pub fn lacks(provider: Provider, type_: &str, attribute: &str) -> Option<Lack> {
    let takes = plugin(provider)?.takes(type_)?;
    let first = attribute.split('.').next().unwrap_or_default();
    let there = first == "id"
        || takes.is_open
        || takes.readable.contains(&first)
        || takes.arguments.contains_key(first);
    let names = || takes.readable.iter().chain(takes.arguments.keys()).copied().chain(["id"]);
    (!there).then(|| Lack { name: first.to_owned(), near: nearest(first, names()) })
}

/// An attribute that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Its name.
    pub name: String,
    /// What was probably meant.
    pub near: Option<&'static str>,
}

type Lines = std::iter::Peekable<std::str::Lines<'static>>;

fn body(lines: &mut Lines, depth: usize) -> Takes {
    let mut takes = Takes::default();
    while let Some(line) = lines.next_if(|line| line.len() - line.trim_start().len() == depth) {
        let line = line.trim_start();
        if let Some(names) = line.strip_prefix('=') {
            takes.readable = names.split_whitespace().collect();
        } else if line == "*" {
            takes.is_open = true;
        } else if let Some((name, form)) = line.split_once(' ') {
            let inner = matches!(form.as_bytes().first(), Some(b'{' | b'o'));
            let inside = inner.then(|| body(lines, depth + 1));
            let argument = Argument { form: form_of(form), required: form.ends_with('!'), inside };
            takes.arguments.insert(name, argument);
        }
    }
    takes
}

fn form_of(code: &str) -> Form {
    match code.as_bytes().first() {
        Some(b's') => Form::Text,
        Some(b'n') => Form::Number,
        Some(b'b') => Form::Flag,
        Some(b'l') => Form::List,
        Some(b'm') => Form::Map,
        Some(b'{') => Form::Block,
        Some(b'o') => Form::Object,
        _ => Form::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_whole() {
        for (provider, type_, least) in [
            (Provider::Aws, "aws_sns_platform_application", 1700),
            (Provider::Azure, "azurerm_linux_virtual_machine", 1000),
            (Provider::Gcp, "google_compute_instance", 1300),
        ] {
            let plugin = plugin(provider).unwrap();
            assert!(plugin.types().count() >= least && plugin.version.contains('.'));
            assert!(plugin.types().all(|type_| provider_of(type_) == Some(provider)));
            assert!(plugin.types().all(|type_| {
                let takes = plugin.takes(type_).unwrap();
                takes.is_open || !(takes.arguments.is_empty() && takes.readable.is_empty())
            }));
            assert!(plugin.takes(type_).is_some());
        }
    }

    #[test]
    fn forms_and_needs_are_as_the_provider_has_them() {
        let aws = plugin(Provider::Aws).unwrap();
        let takes = aws.takes("aws_sns_platform_application").unwrap();
        let platform = &takes.arguments["platform"];
        assert_eq!((platform.form, platform.required), (Form::Text, true));
        assert!(takes.readable.contains(&"arn") && !takes.arguments.contains_key("id"));
        let instance = aws.takes("aws_instance").unwrap();
        let disk = &instance.arguments["root_block_device"];
        assert_eq!(disk.form, Form::Block);
        assert_eq!(disk.inside.as_ref().unwrap().arguments["encrypted"].form, Form::Flag);
        assert_eq!(instance.arguments["tags"].form, Form::Map);
        let tables = aws.takes("aws_s3tables_table_bucket").unwrap();
        assert_eq!(tables.arguments["encryption_configuration"].form, Form::Object);
    }
}
