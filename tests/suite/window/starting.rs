//! Starting: the command line, and a second start.

use super::{
    screen::Screen,
    stage::{Stage, wait_for},
};
use std::{fs, process::Stdio};

const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_of_a_second_start_is_the_first_one() {
    let mut stage = Stage::new().with_bus();
    fs::write(stage.home().join("one.gplan"), "format = 1\n\n[resource.one]\nkind = \"server\"\n")
        .expect("written");
    let window = stage.open(&["--template", "three-tier-web-shop"]).await;
    window.drawn("app").await;
    let second = stage.command(&["one.gplan"]).output().expect("the second start runs");
    assert!(second.status.success(), "{second:?}");
    window.drawn("one").await;
    assert_eq!(
        window.document().await["path"],
        stage.home().join("one.gplan").display().to_string()
    );
    window.leave().await;
    stage.app_is_gone();
    assert!(stage.log().contains("the window opens"), "the log file says so: {}", stage.log());
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_has_the_size_that_it_was_closed_with() {
    let mut stage = Stage::new();
    let window = stage.open(&[]).await;
    Screen::of(&stage).resize_windows(1010, 690);
    window.until("the page follows", "innerWidth === 1010 && innerHeight === 690").await;
    Screen::of(&stage).close_windows();
    stage.app_is_gone();
    window.leave().await;
    let window = stage.open(&[]).await;
    window.until("it is as before", "innerWidth === 1010 && innerHeight === 690").await;
    window.leave().await;
    stage.app_is_gone();
}

#[test]
#[ignore = "needs a display: cargo xtask test window"]
fn window_without_a_gpu_is_drawn_without_shared_buffers_unless_the_user_chose() {
    let devices = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let has_gpu =
        devices.into_iter().any(|d| d.file_name().to_string_lossy().starts_with("renderD"));
    let expected = if has_gpu { None } else { Some("1") };
    for (chosen, expected) in [(None, expected), (Some("0"), Some("0"))] {
        let stage = Stage::new();
        let mut command = stage.command(&[]);
        // Tests of the interface look at the web view as it comes.
        command.env_remove("GROUNDPLAN_INTERFACE").env_remove(RENDERER);
        command.envs(chosen.map(|value| (RENDERER, value))).stderr(Stdio::null());
        let mut app = command.spawn().expect("it starts");
        let screen = Screen::of(&stage);
        wait_for("the window shows", || screen.has_windows());
        let environment = fs::read(format!("/proc/{}/environ", app.id())).expect("it runs");
        let set = environment.split(|&byte| byte == 0).find_map(|line| {
            std::str::from_utf8(line).ok()?.strip_prefix(RENDERER)?.strip_prefix('=')
        });
        assert_eq!(set, expected, "chosen: {chosen:?}");
        // A window that is just coming up may miss it once.
        wait_for("it ends", || {
            screen.close_windows();
            app.try_wait().expect("it is ours").is_some()
        });
    }
}

#[test]
#[ignore = "needs a display: cargo xtask test window"]
fn window_command_line_helps_and_refuses_in_words() {
    let stage = Stage::new();
    let help = stage.command(&["--help"]).output().expect("it runs");
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("--template three-tier-web-shop"));
    let unknown = stage.command(&["--colour"]).output().expect("it runs");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("`--colour` is not understood"));
    let blind = stage.command(&[]).env_remove("DISPLAY").output().expect("it runs");
    assert_eq!(blind.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&blind.stderr).contains("there is no display"));
    let dead = stage.command(&[]).env("DISPLAY", ":64999").output().expect("it runs");
    assert_eq!(dead.status.code(), Some(2));
    let said = String::from_utf8_lossy(&dead.stderr).into_owned();
    assert!(said.contains("“:64999” does not answer: use `groundplan serve`"), "{said}");
}
