//! The commands of the window: one function each, of the facade's name. `gp_app::commands::COMMANDS`,
//! the list below, `build.rs` and the capability say the same; a test compares them.

mod deploy;
mod design;
mod export;
mod finding;
mod lab;
mod program;
mod question;
mod shell;
mod terminal;

use gp_app::commands::Answer as Json;
use gp_app::dto::AppError;

/// What every command answers.
type Answer = Result<Json, AppError>;

/// The handler of all of them.
#[allow(clippy::too_many_lines, reason = "one list of all commands")]
pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        deploy::deploy_apply,
        deploy::deploy_cancel,
        deploy::deploy_drift,
        deploy::deploy_drift_plan,
        deploy::deploy_drift_put_back,
        deploy::deploy_drift_settle,
        deploy::deploy_extend,
        deploy::deploy_history,
        deploy::deploy_plan,
        deploy::deploy_reap,
        deploy::deploy_retry,
        deploy::deploy_run,
        deploy::deploy_status,
        deploy::deploy_verify,
        design::design_bill,
        design::design_cables,
        design::design_changes,
        design::design_close,
        design::design_copy,
        design::design_cost,
        design::design_edit,
        design::design_figures,
        design::design_from_template,
        design::design_layout,
        design::design_layout_cancel,
        design::design_merge,
        design::design_merge_preview,
        design::design_new,
        design::design_open,
        design::design_open_bytes,
        design::design_paste,
        design::design_paste_preview,
        design::design_recover,
        design::design_redo,
        design::design_reload,
        design::design_save,
        design::design_saved,
        design::design_snapshot,
        design::design_undo,
        design::design_versions,
        design::design_view,
        design::design_zones,
        export::export_cancel,
        export::export_formats,
        export::export_picture,
        export::export_run,
        export::export_write,
        finding::finding_explain,
        finding::finding_fix,
        finding::finding_fix_all,
        finding::finding_waive,
        lab::lab_counts,
        lab::lab_switch,
        lab::lab_watch,
        program::app_info,
        program::catalog_get,
        program::folder_list,
        program::log_tail,
        program::settings_get,
        program::settings_set,
        program::start_page,
        question::environment_choose,
        question::nest_offer,
        question::proof_ask,
        question::proof_ends,
        question::proof_exposure,
        question::proof_matrix,
        question::rack_elevation,
        question::raw_takes,
        question::raw_types,
        question::resource_facts,
        shell::events_open,
        shell::path_pick,
        shell::window_close,
        terminal::terminal_close,
        terminal::terminal_open,
        terminal::terminal_resize,
        terminal::terminal_take,
        terminal::terminal_write,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// What this shell adds to the facade's commands.
    const OWN: [&str; 3] = ["events_open", "path_pick", "window_close"];

    fn expected() -> BTreeSet<String> {
        gp_app::commands::COMMANDS.iter().chain(&OWN).map(|&name| name.to_owned()).collect()
    }

    /// The lines between two marks, each without its punctuation.
    fn listed(text: &str, from: &str, to: &str) -> Vec<String> {
        let (_, rest) = text.split_once(from).expect("the list begins");
        let (list, _) = rest.split_once(to).expect("the list ends");
        let plain = |line: &str| line.trim().trim_matches([',', '"']).to_owned();
        list.lines().map(plain).filter(|line| !line.is_empty()).collect()
    }

    fn check_list(what: &str, names: &[String]) {
        let once: BTreeSet<String> = names.iter().cloned().collect();
        assert_eq!(once.len(), names.len(), "{what} names a command twice");
        assert_eq!(once, expected(), "{what} and the facade's list differ");
    }

    #[test]
    fn the_handler_answers_every_command_by_a_function_of_its_name() {
        let paths = listed(include_str!("mod.rs"), "generate_handler![", "]");
        let names: Vec<_> =
            paths.iter().filter_map(|path| path.split("::").last()).map(str::to_owned).collect();
        check_list("the handler", &names);
    }

    #[test]
    fn the_build_script_declares_a_permission_for_every_command() {
        check_list("build.rs", &listed(include_str!("../../build.rs"), "&[&str] = &[", "]"));
    }

    #[test]
    fn the_capability_grants_every_command_to_the_one_window_and_nothing_else() {
        let text = include_str!("../../capabilities/main.json");
        let capability: serde_json::Value =
            serde_json::from_str(text).expect("the capability is json");
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none(), "no foreign page may call");
        let permissions = capability["permissions"].as_array().expect("a list");
        let names: Vec<_> = permissions
            .iter()
            .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
            .map(|name| name.replace('-', "_"))
            .collect();
        assert_eq!(names.len(), permissions.len(), "a permission that is no command's");
        check_list("the capability", &names);
    }

    #[test]
    fn every_function_passes_its_own_name_on() {
        let sources = [
            include_str!("deploy.rs"),
            include_str!("design.rs"),
            include_str!("export.rs"),
            include_str!("finding.rs"),
            include_str!("lab.rs"),
            include_str!("program.rs"),
            include_str!("question.rs"),
            include_str!("terminal.rs"),
        ];
        let mut seen = Vec::new();
        for function in sources.iter().flat_map(|text| text.split("pub async fn ").skip(1)) {
            let (name, body) = function.split_once('(').expect("a function has arguments");
            assert!(
                body.contains(&format!("app.call(\"{name}\", args)")),
                "{name} asks for another"
            );
            seen.push(name.to_owned());
        }
        seen.extend(OWN.map(str::to_owned));
        check_list("the functions", &seen);
    }
}
