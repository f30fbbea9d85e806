//! What an image of containers is called: `registry.example.com/shop/web:1.4`.

use crate::resolved::ResolvedResource;
use gp_model::Value;

/// What a registry keeps images of: what it says, else images of its own name.
pub fn repositories(registry: &ResolvedResource) -> Vec<&str> {
    let said = registry.value("repositories").and_then(Value::as_list).unwrap_or_default();
    let said: Vec<&str> = said.iter().filter_map(Value::as_str).collect();
    if said.is_empty() { vec![&*registry.id] } else { said }
}

/// The name and the version of an image: `shop/web` and `:1.4` or `@sha256:…`.
pub fn split(image: &str) -> (&str, &str) {
    let digest = image.find('@').unwrap_or(image.len());
    let last = image[..digest].rfind('/').map_or(0, |at| at + 1);
    let end = image[last..digest].find(':').map_or(digest, |at| last + at);
    image.split_at(end)
}

/// The host that an image names, where it names one: the first word with a dot or a port, or `localhost`.
pub fn host(image: &str) -> Option<&str> {
    let (first, _) = image.split_once('/')?;
    (first.contains(['.', ':']) || first == "localhost").then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_name_and_a_version() {
        for (image, parts) in [
            ("web", ("web", "")),
            ("web:1.4", ("web", ":1.4")),
            ("shop/web:1.4", ("shop/web", ":1.4")),
            ("localhost:5000/web", ("localhost:5000/web", "")),
            ("web:1.4@sha256:00ff", ("web", ":1.4@sha256:00ff")),
        ] {
            assert_eq!(split(image), parts, "{image}");
        }
    }

    #[test]
    fn a_host_has_a_dot_or_a_port() {
        assert_eq!(host("registry.example.com/shop/web:1"), Some("registry.example.com"));
        assert_eq!(host("localhost:5000/web"), Some("localhost:5000"));
        assert_eq!(host("shop/web:1.4"), None);
        assert_eq!(host("web:1.4"), None);
    }
}
