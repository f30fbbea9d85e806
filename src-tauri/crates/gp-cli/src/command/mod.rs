//! The commands, one file each (or a few lines here where there is no more to it).

mod check;
mod deploy;
mod drift;
mod edit;
mod export;
mod history;
mod lab;
mod labs;
mod lookup;
mod merge;
mod new;
mod progress;
mod reach;
mod reap;
mod state;
mod tables;
mod verify;

use crate::{output::Outcome, serve};
use clap::{Args, Subcommand};
use gp_app::dto::AppError;
use std::path::PathBuf;

/// What a design command works on.
#[derive(Args)]
pub struct Design {
    /// The design file.
    pub design: PathBuf,
    /// The environment; where it is left out, a lab, else the first one.
    #[arg(long, short)]
    pub environment: Option<String>,
}

/// Everything that can be asked.
#[derive(Subcommand)]
pub enum Command {
    /// Make a design file, empty or from a template.
    #[command(after_help = "Example:\n  groundplan new shop.gplan --template three-tier-web-shop")]
    New(new::New),
    /// List the templates.
    #[command(after_help = "Example:\n  groundplan templates")]
    Templates,
    /// Say whether the drawing makes sense, in every environment; of one that is named, also what its export leaves out.
    #[command(
        after_help = "Examples:\n  groundplan check shop.gplan\n  groundplan check shop.gplan --environment production --json"
    )]
    Check(Design),
    /// Change a design: edits in JSON on standard input.
    #[command(
        after_help = "Example:\n  echo '[{\"edit\": \"set-attribute\", \"resource\": \"app\", \"path\": [\"cpu\"], \"value\": 4}]' | groundplan edit shop.gplan"
    )]
    Edit(edit::Edit),
    /// Put together what two people made of one design.
    #[command(
        after_help = "Examples:\n  groundplan merge base.gplan mine.gplan theirs.gplan > merged.gplan\n\nAs git's merge driver for designs:\n  git config merge.groundplan.driver 'groundplan merge --in-place %O %A %B'\n  echo '*.gplan merge=groundplan' >> .gitattributes"
    )]
    Merge(merge::Merge),
    /// List what can be drawn, and its counterpart on every provider.
    #[command(
        after_help = "Examples:\n  groundplan catalog\n  groundplan catalog --coverage --markdown\n  groundplan catalog --design shop.gplan"
    )]
    Catalog(tables::Catalog),
    /// Print what the drawing means in an environment, as JSON.
    #[command(
        after_help = "Example:\n  groundplan resolve shop.gplan --environment production > meaning.json"
    )]
    Resolve(Design),
    /// Say who can reach whom; without two names, whether the intents hold.
    #[command(
        after_help = "Examples:\n  groundplan reach shop.gplan\n  groundplan reach shop.gplan app orders --service tcp/5432\n  groundplan reach shop.gplan --matrix > matrix.csv"
    )]
    Reach(reach::Reach),
    /// Say which address a name has for somebody, and by which name servers the answer comes.
    #[command(
        after_help = "Examples:\n  groundplan lookup shop.gplan app www.example.com\n  groundplan lookup shop.gplan internet www.example.com --environment test --packets"
    )]
    Lookup(lookup::Lookup),
    /// Explain a kind, an attribute, a section of the file, a key, a template or a rule, or list them all.
    Explain(tables::Explain),
    /// Print the JSON Schema of design files.
    #[command(after_help = "Example:\n  groundplan schema > gplan.schema.json")]
    Schema,
    /// Write a design in another format.
    #[command(
        after_help = "Examples:\n  groundplan export shop.gplan --format terraform --environment production --out infra\n  groundplan export shop.gplan --format svg --out - > shop.svg\n  groundplan export shop.gplan --format png --out pictures --theme dark --scale 200 --legend --title-block --date 2026-11-27"
    )]
    Export(export::Export),
    /// Show what a deploy would do. Changes nothing.
    #[command(
        after_help = "Examples:\n  groundplan plan shop.gplan --environment test\n  groundplan plan shop.gplan --destroy"
    )]
    Plan(deploy::Plan),
    /// Make it run, or go on with a run that was interrupted.
    #[command(after_help = "Example:\n  groundplan deploy shop.gplan --environment test --approve")]
    Deploy(deploy::Deploy),
    /// Try every connection for real and compare with the proof.
    #[command(
        after_help = "Examples:\n  groundplan verify shop.gplan --environment test\n  groundplan verify shop.gplan --environment test --report shop.html"
    )]
    Verify(verify::Verify),
    /// Take it all down.
    #[command(
        after_help = "Examples:\n  groundplan destroy shop.gplan --environment test --approve --allow-data-loss\n  groundplan destroy --lab 1f8a02c4d5e6 --approve"
    )]
    Destroy(deploy::Destroy),
    /// Say what is otherwise than it was made: as made, as it is, as drawn. Changes nothing without `--approve`.
    #[command(
        after_help = "Examples:\n  groundplan drift shop.gplan --environment test\n  groundplan drift shop.gplan --put-back app[0].routes --ignore orders[0] --approve"
    )]
    Drift(drift::Drift),
    /// Put off the end of what runs.
    #[command(
        after_help = "Example:\n  groundplan extend shop.gplan --environment test \"2 hours\""
    )]
    Extend(reap::Extend),
    /// Find what is over on this machine, whatever became of its files, and destroy it.
    #[command(after_help = "Examples:\n  groundplan reap\n  groundplan reap --approve")]
    Reap(reap::Reap),
    /// Say what is still there after a destroy.
    #[command(after_help = "Example:\n  groundplan sweep shop.gplan --environment test")]
    Sweep(Design),
    /// List what was deployed and destroyed in an environment, or tell everything that happened in one run.
    #[command(
        after_help = "Examples:\n  groundplan history shop.gplan --environment test\n  groundplan history shop.gplan --run 7"
    )]
    History(history::History),
    /// Check or repair the account of what was deployed.
    #[command(subcommand, after_help = "Example:\n  groundplan state repair")]
    State(state::State),
    /// List the labs that run on this machine, whatever became of their files.
    #[command(after_help = "Example:\n  groundplan labs")]
    Labs,
    /// Do something in a lab that runs: a shell in a server, its packets, what its programs say; switch things off, look at what links carry.
    #[command(
        after_help = "Examples:\n  groundplan lab shell shop.gplan 'app[0]'\n  groundplan lab off shop.gplan link:app-orders\n  groundplan lab show shop.gplan"
    )]
    Lab(lab::Lab),
    /// Open the app in a browser, on this machine only.
    #[command(after_help = "Example:
  groundplan serve shop.gplan

Only files below the current folder (or --folder, or the design's own folder) can be opened and written.
The printed address lets one tab in; when it is used, one for another tab is printed.")]
    Serve(serve::Serve),
}

impl Command {
    /// Does it.
    pub async fn run(self, json: bool) -> Result<Outcome, AppError> {
        match self {
            Self::New(new) => new.run(json),
            Self::Templates => tables::templates(json),
            Self::Check(design) => check::run(&design, json),
            Self::Edit(edit) => edit.run(json),
            Self::Merge(merge) => merge.run(json),
            Self::Catalog(catalog) => catalog.run(json),
            Self::Resolve(design) => tables::resolve(&design),
            Self::Reach(reach) => reach.run(json),
            Self::Lookup(lookup) => lookup.run(json).await,
            Self::Explain(explain) => explain.run(json),
            Self::Schema => tables::schema(),
            Self::Export(export) => export.run(json),
            Self::Plan(plan) => plan.run(json).await,
            Self::Deploy(deploy) => deploy.run(json).await,
            Self::Verify(verify) => verify.run(json).await,
            Self::Destroy(destroy) => destroy.run(json).await,
            Self::Drift(drift) => drift.run(json).await,
            Self::Extend(extend) => extend.run(json).await,
            Self::Reap(reap) => reap.run(json).await,
            Self::Sweep(design) => deploy::sweep(&design, json).await,
            Self::History(history) => history.run(json),
            Self::State(state) => state.run(json),
            Self::Labs => labs::run(json).await,
            Self::Lab(lab) => lab.run(json).await,
            Self::Serve(serve) => serve.run(json).await,
        }
    }
}
