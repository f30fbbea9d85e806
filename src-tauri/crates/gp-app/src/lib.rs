//! The facade: sessions and use cases in the user interface's words. The only holder of
//! mutable session state: one writer, readers get an immutable snapshot with a revision.

pub mod app;
mod arrange;
mod asked;
pub mod commands;
mod cost;
pub mod deploy;
pub mod disk;
pub mod document;
pub mod drawing;
pub mod dto;
pub mod events;
pub mod export;
pub mod facts;
mod figures;
mod floor;
mod folder;
pub mod folder_export;
pub mod frame;
mod inside;
mod inspect;
mod journal;
pub mod judge;
pub mod judged;
mod kinds;
pub mod log;
pub mod merging;
mod nest;
pub mod own_kinds;
mod paste;
mod picture;
pub mod places;
pub mod proof;
mod raw;
mod reaping;
pub mod session;
pub mod settings;
pub mod templates;
mod versions;

pub use app::App;
pub use gp_catalog::Catalog;

/// Of every program with the facade in it. A design is hundreds of thousands of small values: with
/// the system's allocator a check of 10,000 resources takes twice as long.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Model types that cross unchanged, and their schemas, for shells that speak JSON.
pub mod model {
    pub use gp_model::{Design, Edit, edit, file::schema as file_schema, merge, nearest};

    /// The JSON Schema of edits.
    pub fn edit_schema() -> serde_json::Value {
        schemars::schema_for!(Edit).into()
    }
}

/// The catalog as palette, inspector and command line show it.
pub fn catalog(catalog: &Catalog) -> dto::CatalogDto {
    kinds::catalog_dto(catalog)
}

/// What can be drawn, and what becomes of it: kinds × providers, formats, drivers.
pub fn coverage(catalog: &Catalog) -> gp_catalog::coverage::Coverage {
    use gp_catalog::coverage::Ability;
    let of = |format: &gp_export::Format| {
        let on: Vec<&str> = format.providers.iter().map(|provider| provider.as_str()).collect();
        let name = if on.is_empty() {
            format.id.to_owned()
        } else {
            format!("{} ({})", format.id, on.join(", "))
        };
        Ability { name, kinds: (format.kinds)().into_iter().map(str::to_owned).collect() }
    };
    let formats: Vec<Ability> = gp_export::formats().iter().map(of).collect();
    let lab = gp_lab::KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let lab = Ability { name: "deploy: lab".to_owned(), kinds: lab };
    gp_catalog::coverage::coverage(catalog, &formats, &[lab])
}

/// The reference of kinds, attributes, sections and rules, in Markdown; committed as `.github/reference.md`.
pub fn reference() -> String {
    let kinds = gp_catalog::reference(gp_catalog::builtin());
    format!("{kinds}\n{}\n{}", gp_catalog::sections::page(), gp_rules::docs())
}

/// The page of a kind (`server`), an attribute (`server.cpu`), a section of the file (`link`), a key (`link.allow`),
/// a template or a rule, in Markdown.
pub fn explain(catalog: &Catalog, word: &str) -> Option<String> {
    gp_catalog::explain(catalog, word)
        .or_else(|| gp_catalog::sections::explain(word))
        .or_else(|| gp_rules::explain(word))
        .or_else(|| templates::find(word).map(|template| template.readme.to_owned()))
}

/// What [`explain`] knows beside attributes and keys: its word, and what that is in a few words.
pub fn explained(catalog: &Catalog) -> Vec<(String, String)> {
    let kinds = catalog.kinds.values();
    let kinds = kinds.map(|kind| (kind.id.clone(), kind.title.clone()));
    let templates = templates::all().iter().map(|one| (one.id.to_owned(), one.about().title));
    let rules = gp_rules::titles().map(|(id, title)| (id.to_owned(), title));
    let sections = gp_catalog::sections::titles();
    let sections = sections.map(|(word, help)| (word.to_owned(), help.to_owned()));
    kinds.chain(sections).chain(templates).chain(rules).collect()
}
