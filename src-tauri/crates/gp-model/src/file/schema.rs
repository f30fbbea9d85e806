//! The JSON Schema of the file, for editors that complete and check TOML.

use crate::{Environment, Intent, Link, Point, PolicySettings, Rect, Resource, View};
use indexmap::IndexMap;
use schemars::{JsonSchema, generate::SchemaSettings};

/// A design file.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct File {
    /// The format of the file: 1.
    format: u32,
    /// The design's own name and id.
    design: Option<About>,
    /// What exists, by id.
    #[serde(default)]
    resource: IndexMap<String, Resource>,
    /// Who talks to whom, what hangs on what, by id.
    #[serde(default)]
    link: IndexMap<String, Link>,
    /// What must and must not be reachable, by id.
    #[serde(default)]
    intent: IndexMap<String, Intent>,
    /// Where it is deployed, by id.
    #[serde(default)]
    environment: IndexMap<String, Environment>,
    /// Policy profile, parameters, waivers.
    policy: Option<PolicySettings>,
    /// Named ways to look at it, by id.
    #[serde(default)]
    view: IndexMap<String, ViewTable>,
    /// Where things are drawn. Never topology.
    layout: Option<Places>,
}

/// The design's own name and id.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct About {
    /// A uuid, written at the first save.
    id: Option<String>,
    /// What people read in the title bar.
    name: Option<String>,
}

/// Where things are drawn.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Places {
    /// Resource id to `[x, y, width, height]`.
    #[serde(default)]
    resources: IndexMap<String, Rect>,
    /// Link id to its way-points `[[x, y], …]`.
    #[serde(default)]
    links: IndexMap<String, Vec<Point>>,
    /// Resource id to whether it must stay where it is, and must stay.
    #[serde(default)]
    locked: IndexMap<String, bool>,
}

/// A named way to look at the design.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct ViewTable {
    #[serde(flatten)]
    view: View,
    /// Where things are drawn in this view: resource id to `[x, y, width, height]`. Left out: as in `layout`.
    #[serde(default)]
    resources: IndexMap<String, Rect>,
    /// Link id to its way-points in this view.
    #[serde(default)]
    links: IndexMap<String, Vec<Point>>,
}

/// The JSON Schema (2020-12) of a design file.
pub fn schema() -> serde_json::Value {
    let mut schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value();
    let definitions = schema.get_mut("$defs").and_then(serde_json::Value::as_object_mut);
    for (_, definition) in definitions.into_iter().flatten() {
        flatten_attributes(definition);
    }
    schema
}

/// In memory other keys are a table `attributes`; in the file they stand beside the known ones.
fn flatten_attributes(definition: &mut serde_json::Value) {
    let properties = definition.get_mut("properties").and_then(serde_json::Value::as_object_mut);
    let Some(other) = properties.and_then(|properties| properties.shift_remove("attributes"))
    else {
        return;
    };
    if let Some(values) = other.get("additionalProperties") {
        definition["additionalProperties"] = values.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_section_and_leaves_attributes_open() {
        let schema = schema();
        for section in [
            "format",
            "design",
            "resource",
            "link",
            "intent",
            "environment",
            "policy",
            "view",
            "layout",
        ] {
            assert!(schema["properties"][section].is_object(), "{section}");
        }
        let resource = &schema["$defs"]["Resource"];
        assert_eq!(resource["required"], serde_json::json!(["kind"]));
        assert!(resource["properties"]["attributes"].is_null());
        assert!(resource["additionalProperties"]["$ref"].is_string(), "{resource:#}");
        assert!(schema["$defs"]["Environment"]["properties"]["override"].is_object());
        assert!(schema["$defs"]["PolicySettings"]["properties"]["waiver"].is_object());
    }
}
