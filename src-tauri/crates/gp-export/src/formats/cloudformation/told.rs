//! What an application is told of what is drawn: the variables of its environment.

use super::{
    raw::{ids_of, written},
    template::Template,
    writer::Node,
};
use crate::aws::{
    Facts,
    container::{self, Variable},
    is_managed, mentioned, unsupported,
};
use gp_catalog::{
    RAW,
    mention::Mention,
    resolved::ResolvedResource,
    told::{self, Given},
};

/// The variables that are no secrets.
pub fn variables(template: &mut Template<'_>, owner: &ResolvedResource) -> Vec<(String, Node)> {
    let facts = template.facts;
    let refer = |mention: Mention<'_>| refer(facts, mention).map(|node| vec![node]);
    let mut all = Vec::new();
    for (name, value) in container::variables(owner) {
        let value = match value {
            Variable::Plain(text) => text.into(),
            Variable::Text(text) => written(text, &refer).unwrap_or_else(|why| {
                let title = &owner.title;
                let words =
                    format!("CloudFormation writes {name} of “{title}” as plain text: {why}");
                let path = format!("environment.{name}");
                template.diagnostics.push(unsupported(&owner.id, Some(&path), words));
                Node::Text(text.to_owned())
            }),
            Variable::Secret(_) => continue,
        };
        all.push((name.to_owned(), value));
    }
    all
}

fn refer(facts: &Facts<'_>, mention: Mention<'_>) -> Result<Node, String> {
    let (id, name) = (mention.id, mention.attribute);
    let meant = mentioned::meant(facts, mention)?;
    let other = facts.resource(id).ok_or_else(|| format!("“{id}” is not there"))?;
    let given = told::find(&other.kind, name).map(|row| row.cloudformation);
    let exists = !is_managed(other);
    if exists && name != "id" {
        return Err(format!("of “{id}”, which exists already, only ${{{id}.id}} is known"));
    }
    if mentioned::are_several(&meant) {
        return Err(mentioned::several(mention));
    }
    let logical = ids_of(&meant)?.into_iter().next();
    let logical = logical.ok_or_else(|| format!("there is no “{id}”"))?;
    if exists {
        return Ok(Node::Ref(logical));
    }
    Ok(match (given, name) {
        (Some(Given::Ref), _) => Node::Ref(logical),
        (Some(Given::Att(attribute)), _) => Node::Att(logical, attribute.to_owned()),
        (Some(Given::Behind(text)), _) => Node::Sub(format!("${{{logical}}}{text}")),
        // In the provider's own words.
        (None, "id" | "Ref") if other.kind == RAW => Node::Ref(logical),
        (None, "arn") if other.kind == RAW => Node::Att(logical, "Arn".to_owned()),
        (None, own) if other.kind == RAW => Node::Att(logical, own.to_owned()),
        (None, _) => return Err(format!("“{id}” has no {name}")),
    })
}
