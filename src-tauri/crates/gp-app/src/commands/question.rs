//! Questions about an open design: what it means, who reaches whom, where a thing would go.

use super::{Answer, InSession, answer, judged, read, unknown};
use crate::{app::App, dto::AppError, floor, inspect, nest, proof, raw, session::Snapshot};
use gp_model::Id;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Choose {
    session: u32,
    environment: Id,
}

#[derive(Deserialize)]
struct Offer {
    session: u32,
    kind: String,
    parent: Option<Id>,
    id: Option<Id>,
}

#[derive(Deserialize)]
struct Facts {
    session: u32,
    id: String,
}

#[derive(Deserialize)]
struct OfType {
    #[serde(rename = "type")]
    type_: String,
}

#[derive(Deserialize)]
struct Ask {
    session: u32,
    from: String,
    to: String,
    service: Option<String>,
}

#[derive(Deserialize)]
struct Ends {
    session: u32,
    id: String,
    way: proof::Way,
}

pub(super) fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    match name {
        "environment_choose" => {
            let Choose { session, environment } = read(args)?;
            app.session(session)?.choose_environment(environment);
            answer(json!({}))
        }
        "nest_offer" => {
            let Offer { session, kind, parent, id } = read(args)?;
            let Snapshot { design, catalog, .. } = app.session(session)?.snapshot();
            answer(nest::offer(&design, &catalog, &kind, parent.as_ref(), id.as_ref()))
        }
        "raw_takes" => answer(raw::takes(&read::<OfType>(args)?.type_)),
        "raw_types" => {
            let session = app.session(read::<InSession>(args)?.session)?;
            answer(raw::types(&session.snapshot().design))
        }
        "rack_elevation" => {
            let Facts { session, id } = read(args)?;
            answer(floor::rack(&*judged(&*app.session(session)?)?, &id)?)
        }
        "resource_facts" => {
            let Facts { session, id } = read(args)?;
            answer(inspect::resource_facts(&*judged(&*app.session(session)?)?, &id)?)
        }
        "proof_ask" => {
            let Ask { session, from, to, service } = read(args)?;
            answer(proof::ask(&*judged(&*app.session(session)?)?, &from, &to, service.as_deref())?)
        }
        "proof_ends" => {
            let Ends { session, id, way } = read(args)?;
            answer(proof::ends(&*judged(&*app.session(session)?)?, &id, way)?)
        }
        "proof_exposure" => {
            let session = app.session(read::<InSession>(args)?.session)?;
            answer(proof::exposure(&*judged(&session)?))
        }
        "proof_matrix" => {
            let session = app.session(read::<InSession>(args)?.session)?;
            let judged = judged(&session)?;
            let tried = app.deployments().said_by_packets(session.id, judged.environment.as_str());
            answer(proof::matrix(&judged, &tried))
        }
        _ => Err(unknown(name)),
    }
}
