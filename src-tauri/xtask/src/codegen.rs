//! `cargo xtask codegen`: writes generated files anew. They are committed; a test compares them.

use crate::{
    process::{cargo, check, command, root},
    test::venv,
    words::{Command, Outcome, Words},
};
use anyhow::Result;

pub const COMMAND: Command = Command {
    usage: "codegen",
    about: "write generated files anew: bindings, reference, schemas",
    flags: &[],
    count: (0, 0),
    examples: &["codegen"],
    run: codegen,
};

/// Everything that is generated.
fn codegen(_: &Words) -> Result<Outcome> {
    bindings()?;
    reference()?;
    schemas()?;
    Ok(Outcome::Fine)
}

/// TypeScript bindings of the facade's DTOs.
fn bindings() -> Result<()> {
    let folder = root().join("ui/src/ipc/generated");
    check(
        cargo()
            .args(["test", "--quiet", "--package", "gp-app", "export_bindings"])
            .env("TS_RS_EXPORT_DIR", &folder),
    )?;
    println!("wrote {}", folder.display());
    Ok(())
}

/// What the program says of its kinds and rules, as a page.
fn reference() -> Result<()> {
    let page = root().join(".github/reference.md");
    let said = cargo()
        .args(["run", "--quiet", "--package", "gp-cli", "--", "explain", "--all"])
        .output()?;
    anyhow::ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    std::fs::write(&page, said.stdout)?;
    println!("wrote {}", page.display());
    Ok(())
}

/// What exports and their judges know of AWS: of Terraform's provider by a wheel that pip fetches in
/// the version that the script pins, of CloudFormation by the linter among the tests' tools.
fn schemas() -> Result<()> {
    check(command("python3", "").arg("tests/tools/aws_schema.py"))?;
    let python = venv().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    check(command(&python.to_string_lossy(), "").arg("tests/tools/cloudformation_schema.py"))
}
