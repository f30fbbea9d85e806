//! What a raw resource may be and may say, for whoever writes one: from the providers' own tables.

use crate::dto::{RawArgumentDto, RawTakesDto};
use gp_catalog::providers::{Form, Plugin, plugin, provider_of};
use gp_model::{Design, Provider};
use std::collections::BTreeSet;

/// Every type of the providers that the design's environments are on; of AWS where they are on none that is known.
pub fn types(design: &Design) -> Vec<&'static str> {
    let providers: BTreeSet<Provider> =
        design.environments.values().map(|environment| environment.provider).collect();
    let mut plugins: Vec<_> = providers.into_iter().filter_map(plugin).collect();
    if plugins.is_empty() {
        plugins.extend(plugin(Provider::Aws));
    }
    plugins.into_iter().flat_map(Plugin::types).collect()
}

/// What a type takes; nothing where it is not known.
pub fn takes(type_: &str) -> Option<RawTakesDto> {
    let plugin = provider_of(type_).and_then(plugin)?;
    let takes = plugin.takes(type_)?;
    let arguments = takes.arguments.iter().map(|(name, argument)| RawArgumentDto {
        name: (*name).to_owned(),
        form: form(argument.form).to_owned(),
        required: argument.required,
    });
    Some(RawTakesDto {
        source: plugin.source.to_owned(),
        version: plugin.version.to_owned(),
        arguments: arguments.collect(),
    })
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Text => "text",
        Form::Number => "number",
        Form::Flag => "bool",
        Form::List => "list",
        Form::Map | Form::Block | Form::Object => "table",
        Form::Any => "any",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_the_designs_providers() {
        let read = |text: &str| types(&gp_model::file::parse(text.as_bytes()).design);
        let lab = read("format = 1\n[environment.test]\nprovider = \"lab\"\n");
        assert!(lab.contains(&"aws_sns_platform_application"));
        let azure = read("format = 1\n[environment.test]\nprovider = \"azure\"\n");
        assert!(azure.iter().all(|type_| type_.starts_with("azurerm_")) && azure.len() > 1000);
    }

    #[test]
    fn what_must_be_said_is_told() {
        let takes = takes("aws_sns_platform_application").expect("it is known");
        let needed: Vec<&str> =
            takes.arguments.iter().filter(|one| one.required).map(|one| &*one.name).collect();
        assert_eq!(needed, ["name", "platform", "platform_credential"]);
        assert!(super::takes("aws_no_such").is_none() && super::takes("AWS::SNS::Topic").is_none());
    }
}
