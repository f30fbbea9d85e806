//! `verify`: every connection tried for real and set against the proof; as a report where one is wanted.

use super::{Design, deploy::print_status};
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    deploy::{Compared, Report, ReportFormat},
    disk,
    dto::{AppError, TwoTracesDto},
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to verify.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    design: Design,
    /// Write all of it into this file, too: .html, .md, .csv or .json.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Verify {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let format = self.report.as_deref().map(|file| Ok((file, format_of(file)?)));
        let report = format.transpose()?;
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let compared = opened.deployments.verify(&opened.session, &environment).await?;
        if let Some((file, format)) = report {
            let name = opened.session.snapshot().design.title().to_owned();
            write(file, format, &compared, (&name, &environment))?;
        }
        if json {
            output::json(
                &json!({ "summary": compared.summary, "cells": compared.cells, "notes": compared.notes }),
            )?;
        } else {
            let status = opened.deployments.status(&opened.session, &environment).await?;
            print_status(&status);
            compared.summary.traces.iter().for_each(print_traces);
        }
        Ok(Outcome::findings_if(!compared.holds()))
    }
}

fn format_of(file: &Path) -> Result<ReportFormat, AppError> {
    let unknown = || {
        let name = file.display();
        AppError::failed(format!("{name}: a report is .html, .md, .csv or .json"))
    };
    ReportFormat::of(file).ok_or_else(unknown)
}

fn write(
    file: &Path,
    format: ReportFormat,
    compared: &Compared,
    (design, environment): (&str, &str),
) -> Result<(), AppError> {
    let text = Report { design, environment, compared }.write(format);
    disk::write(file, text.as_bytes())?;
    output::say(&format!("wrote {}", file.display()));
    Ok(())
}

/// Both ways of a connection on which proof and packets disagree.
fn print_traces(traces: &TwoTracesDto) {
    let TwoTracesDto { from, to, service, address, tried, .. } = traces;
    output::line(&format!("{from} → {to} {service}, tried alone at {address}: {tried}"));
    for (name, hops) in [("the proof", &traces.proof), ("the packets", &traces.packets)] {
        output::line(&format!("  {name}:"));
        for hop in hops {
            output::line(&format!("    {hop}"));
        }
    }
}
