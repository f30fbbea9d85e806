//! What a thing is called: in messages, and on its shape with what the canvas says beside a name (`strings.ts` of the
//! editor says the same before it asks).

use gp_model::{Design, Id, Resource, Value};

/// Its name in a message of one line: the title, or the id where the title would not fit in.
pub fn called<'a>(id: &'a Id, title: &'a str) -> &'a str {
    let title = title.trim();
    if title.is_empty() || title.chars().any(char::is_control) { id } else { title }
}

/// "a server", "an alert": one of a kind, by the title of the kind.
pub fn one_of(title: &str) -> String {
    // An abbreviation stays as it is.
    let is_abbreviation = title.chars().take(2).all(char::is_uppercase);
    let title = if is_abbreviation { title.to_owned() } else { title.to_lowercase() };
    let vowel = title.to_lowercase().starts_with(['a', 'e', 'i', 'o']);
    format!("{} {title}", if vowel { "an" } else { "a" })
}

/// "App server × 2", "web · zones a, b": what stands on a shape.
pub fn drawn_title(design: &Design, id: &Id, resource: &Resource) -> String {
    let text = |key: &str| resource.attributes.get(key).and_then(Value::as_str);
    let title = match (&resource.title, resource.kind.as_str()) {
        (Some(title), _) => title.clone(),
        (None, "zone") => format!("zone {}", text("letter").unwrap_or("a")),
        (None, _) => id.to_string(),
    };
    if let Some(count) = resource.attributes.get("count").and_then(Value::as_integer)
        && count != 1
    {
        return format!("{title} × {count}");
    }
    let around = design.ancestors(id);
    let chain = std::iter::once(resource)
        .chain(around.iter().filter_map(|id| design.resources.get(id)).map(|it| &**it));
    let zones = chain.filter(|_| resource.kind == "subnet").find_map(|it| {
        let zones = it.attributes.get("zones")?.as_list()?;
        Some(zones.iter().filter_map(Value::as_str).collect::<Vec<_>>())
    });
    match zones.as_deref() {
        None | Some([]) => title,
        Some([zone]) => format!("{title} · zone {zone}"),
        Some(zones) => format!("{title} · zones {}", zones.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::drawn_title;
    use gp_model::{Id, file};

    #[test]
    fn a_title_says_the_count_and_the_zones_that_a_subnet_has_or_inherits() {
        let text = "format = 1\n\
            [resource.net]\nkind = \"network\"\nzones = [\"a\", \"b\"]\n\
            [resource.web]\nkind = \"subnet\"\nparent = \"net\"\n\
            [resource.data]\nkind = \"subnet\"\nparent = \"net\"\ntitle = \"Data\"\nzones = [\"c\"]\n\
            [resource.lone]\nkind = \"subnet\"\n\
            [resource.app]\nkind = \"server\"\nparent = \"web\"\ntitle = \"App server\"\ncount = 2\n\
            [resource.later]\nkind = \"server\"\nparent = \"web\"\ncount = 0\n\
            [resource.east]\nkind = \"zone\"\nletter = \"b\"\n";
        let design = file::parse(text.as_bytes()).design;
        let title = |id: &str| drawn_title(&design, &Id::new(id), &design.resources[&Id::new(id)]);
        let titles = ["web", "data", "lone", "app", "later", "east"].map(title);
        assert_eq!(
            titles,
            ["web · zones a, b", "Data · zone c", "lone", "App server × 2", "later × 0", "zone b"]
        );
    }
}
