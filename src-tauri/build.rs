//! Declares a permission for every command, so that the capability can name them one by one.

use std::{fs, path::Path};

/// The facade's commands and the shell's own, in alphabetical order.
const COMMANDS: &[&str] = &[
    "app_info",
    "catalog_get",
    "deploy_apply",
    "deploy_cancel",
    "deploy_plan",
    "deploy_retry",
    "deploy_status",
    "deploy_verify",
    "design_bill",
    "design_cables",
    "design_changes",
    "design_close",
    "design_copy",
    "design_cost",
    "design_edit",
    "design_figures",
    "design_from_template",
    "design_layout",
    "design_layout_cancel",
    "design_merge",
    "design_merge_preview",
    "design_new",
    "design_open",
    "design_open_bytes",
    "design_paste",
    "design_paste_preview",
    "design_recover",
    "design_redo",
    "design_reload",
    "design_save",
    "design_saved",
    "design_snapshot",
    "design_undo",
    "design_versions",
    "design_view",
    "design_zones",
    "environment_choose",
    "events_open",
    "export_cancel",
    "export_formats",
    "export_picture",
    "export_run",
    "export_write",
    "finding_explain",
    "finding_fix",
    "finding_fix_all",
    "finding_waive",
    "folder_list",
    "log_tail",
    "nest_offer",
    "path_pick",
    "proof_ask",
    "proof_ends",
    "proof_exposure",
    "proof_matrix",
    "rack_elevation",
    "raw_takes",
    "raw_types",
    "resource_facts",
    "settings_get",
    "settings_set",
    "start_page",
    "window_close",
];

fn main() {
    // Tauri embeds this folder; an empty one is enough to compile.
    fs::create_dir_all(Path::new("../ui/dist")).expect("the user interface's folder can be made");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are right");
}
