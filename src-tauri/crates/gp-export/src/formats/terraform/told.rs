//! What an application is told of what is drawn: the variables of its environment.

use super::{
    modules,
    raw::{reference, written},
    sheet::Sheet,
    writer::Expr,
};
use crate::aws::{
    Facts,
    container::{self, Variable},
    unsupported,
};
use gp_catalog::{
    RAW,
    mention::Mention,
    resolved::ResolvedResource,
    told::{self, Told},
};
use gp_model::{Diagnostic, Lifecycle};

/// What the data source of a database calls otherwise than the resource.
const LOOKED_UP: [(&str, &str, &str); 2] =
    [("database", "arn", "db_instance_arn"), ("database", "id", "db_instance_identifier")];

/// The variables that are no secrets.
pub fn variables<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> Vec<(String, Expr)> {
    let mut found = Vec::new();
    let facts = sheet.facts;
    let all = container::variables(owner).into_iter().filter_map(|(name, value)| {
        let value = match value {
            Variable::Plain(text) => text.into(),
            Variable::Text(said) => text(facts, owner, name, said, &mut found),
            Variable::Secret(_) => return None,
        };
        Some((name.to_owned(), value))
    });
    let all = all.collect();
    sheet.diagnostics.extend(found);
    all
}

/// One text among them; what cannot be told stays as it is, and is said.
pub fn text(
    facts: &Facts<'_>,
    owner: &ResolvedResource,
    name: &str,
    said: &str,
    found: &mut Vec<Diagnostic>,
) -> Expr {
    let refer = |mention: Mention<'_>, whole: bool| refer(facts, mention, whole);
    written(said, &refer).unwrap_or_else(|why| {
        let title = &owner.title;
        let words = format!("Terraform writes {name} of “{title}” as plain text: {why}");
        found.push(unsupported(&owner.id, Some(&format!("environment.{name}")), words));
        Expr::Text(said.to_owned())
    })
}

fn refer(facts: &Facts<'_>, mention: Mention<'_>, whole: bool) -> Result<String, String> {
    let other = facts.resource(mention.id);
    let other = other.ok_or_else(|| format!("“{}” is not there", mention.id))?;
    let attribute = match told::find(&other.kind, mention.attribute) {
        Some(row) => attribute(other, row),
        // In the provider's own words, or in those of its module.
        None if other.kind == RAW || modules::module_of(facts, other).is_some() => {
            mention.attribute
        }
        None => return Err(format!("“{}” has no {}", other.id, mention.attribute)),
    };
    match reference(facts, Mention { attribute, ..mention })? {
        (_, true) => Err(crate::aws::mentioned::several(mention)),
        // Variables are texts, and a whole reference would stay a number.
        (reference, _) if whole && attribute == "port" => Ok(format!("tostring({reference})")),
        (reference, _) => Ok(reference),
    }
}

fn attribute(other: &ResolvedResource, row: &Told) -> &'static str {
    let looked_up = LOOKED_UP.iter().find(|(kind, name, _)| (*kind, *name) == (row.kind, row.name));
    match looked_up.filter(|_| other.lifecycle == Lifecycle::Existing) {
        Some((.., attribute)) => attribute,
        None => row.terraform,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gp_catalog::providers::lacks;
    use gp_model::Provider;

    #[test]
    fn every_name_is_an_attribute_of_what_is_written_for_its_kind() {
        for row in told::TOLD {
            let main = super::super::mapping::ROWS.iter().find(|own| own.kind == row.kind);
            let type_ = main.expect(row.kind).type_;
            let lack = lacks(Provider::Aws, type_, row.terraform);
            assert!(lack.is_none(), "{}.{}: {type_} has no {}", row.kind, row.name, row.terraform);
        }
    }
}
