//! Developer commands, the same on all three desktop systems, with no other tool than Rust and Node.
//! Nothing here is part of the product.

mod bench;
mod codegen;
mod new;
mod package;
mod process;
mod run;
mod system;
mod test;
mod tidy;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  run [--debug] [DESIGN]     build the app and open it (without a display: do its job in the terminal)
  test [STAGE …]             install what the tests need, run everything; stages: see `test --list`
  package [FORMAT …]         build for release and pack: deb (the default), rpm
  tidy                       check the layout, the directions between crates, and file sizes
  codegen                    write generated files anew (bindings, schemas)
  new KIND NAME              add a file and its lines: check, kind, template
  bench [NAME] [--json]      measure; names: see `bench --list`

Examples
  cargo xtask run
  cargo xtask test
  cargo xtask test rust tidy
  cargo xtask new check subnet-without-name";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Err(error) = dispatch(&words) {
        eprintln!("xtask: {error:#}");
        std::process::exit(1);
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        [] | ["help" | "--help" | "-h", ..] => {
            println!("{HELP}");
            Ok(())
        }
        ["run", rest @ ..] => run::run(rest),
        ["test", rest @ ..] => test::test(rest),
        ["package", rest @ ..] => package::package(rest),
        ["tidy"] => tidy::tidy(),
        ["codegen"] => codegen::codegen(),
        ["new", kind, name] => new::new(kind, name),
        ["bench", rest @ ..] => bench::bench(rest),
        [other, ..] => bail!("“{other}” is not a command, or its words are off\n\n{HELP}"),
    }
}
