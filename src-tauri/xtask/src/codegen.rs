//! `cargo xtask codegen`: writes generated files anew. They are committed; a test compares them.

use crate::process::{cargo, check, command, root};
use anyhow::Result;

/// Everything that is generated.
pub fn codegen() -> Result<()> {
    bindings()?;
    aws_schema()
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

/// What the judges of exports know of the AWS provider; the wheel that it is made from is fetched by
/// pip, in the version that the script pins.
fn aws_schema() -> Result<()> {
    check(command("python3", "").arg("tests/tools/aws_schema.py"))
}
