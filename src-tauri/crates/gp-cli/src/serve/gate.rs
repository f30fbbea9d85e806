//! Who gets in: a tab of a browser on this machine that was given the address, and nobody else.
//!
//! The token in the address works once and buys a key, which the page keeps for its own tab and sends
//! in a header that only our page can set; for the event channel, as a subprotocol. No cookie: a browser
//! sends the cookies of 127.0.0.1 to every port, and so to every other program that serves there. Host
//! and Origin must be our own besides, which also stops rebinding of names.

use super::{Served, json_response, refusal};
use crate::output;
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use gp_app::dto::{AppError, ErrorCode};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The header that carries the key.
const KEY: &str = "x-groundplan";

/// The subprotocol of the event channel; the key is offered beside it, and never answered.
pub const PROTOCOL: &str = "groundplan";

const NO_KEY: &str =
    "this tab was not let in: open the newest address that `groundplan serve` printed";

/// What is asked at the door.
pub struct Gate {
    /// The token of the newest printed address.
    token: Mutex<String>,
    key: String,
    hosts: [String; 2],
}

impl Gate {
    /// A gate with fresh secrets for a server on this port.
    pub fn new(port: u16) -> Result<Self, AppError> {
        Ok(Self {
            token: Mutex::new(secret()?),
            key: secret()?,
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        })
    }

    /// The address that lets one tab in.
    pub fn address(&self) -> String {
        format!("http://{}/#token={}", self.hosts[0], *self.token())
    }

    fn token(&self) -> MutexGuard<'_, String> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the token, if it is the right one: it works once, and the next address has another.
    fn redeem(&self, offered: &str) -> Result<bool, AppError> {
        let mut token = self.token();
        let right = same(&token, offered);
        if right {
            *token = secret()?;
        }
        Ok(right)
    }

    fn is_our_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|ours| ours == host))
    }

    /// Browsers send no Origin with plain navigation; where there is one it must be ours.
    fn is_our_origin(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::ORIGIN).map(HeaderValue::to_str) {
            None => true,
            Some(Ok(origin)) => {
                self.hosts.iter().any(|ours| origin.strip_prefix("http://") == Some(ours))
            }
            Some(Err(_)) => false,
        }
    }

    fn has_key(&self, headers: &HeaderMap) -> bool {
        headers.get(KEY).and_then(|value| value.to_str().ok()).is_some_and(|key| self.opens(key))
    }

    /// Scripts cannot set headers of a socket, but for the protocols that they offer.
    fn offers_key(&self, headers: &HeaderMap) -> bool {
        let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
        let lines = offered.filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|protocol| self.opens(protocol.trim()))
    }

    fn opens(&self, key: &str) -> bool {
        same(key, &self.key)
    }
}

/// 256 random bits in hexadecimal.
fn secret() -> Result<String, AppError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| AppError::failed(format!("no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Compares in a time that does not depend on where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes().zip(b.bytes()).fold(0, |different, (x, y)| different | (x ^ y)) == 0
}

/// Every request passes here first.
pub async fn check(State(served): State<Served>, request: Request, next: Next) -> Response {
    let (gate, headers) = (&served.gate, request.headers());
    let is_api = request.uri().path().starts_with("/api/");
    let is_session = request.uri().path() == "/api/session";
    let is_socket = request.uri().path() == "/api/events";
    let marked = is_socket || headers.contains_key(KEY);
    let known =
        is_session || if is_socket { gate.offers_key(headers) } else { gate.has_key(headers) };
    let from_us = gate.is_our_host(headers) && gate.is_our_origin(headers);
    let needs_origin = is_socket && !headers.contains_key(header::ORIGIN);
    if !from_us || needs_origin || (is_api && !marked) {
        return refused(
            StatusCode::FORBIDDEN,
            "this request does not come from the app's own page",
        );
    }
    if is_api && !known {
        return refused(StatusCode::UNAUTHORIZED, NO_KEY);
    }
    if !is_api && !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut response = next.run(request).await;
    let harden = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in harden {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refused(status: StatusCode, message: &str) -> Response {
    let mut response = refusal(&AppError::new(ErrorCode::Forbidden, message));
    *response.status_mut() = status;
    response
}

/// Exchanges the token for the key. A tab that has the key may offer a used token: it was reloaded.
pub async fn session(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> Response {
    let gate = &served.gate;
    let offered: Option<Value> = serde_json::from_slice(&body).ok();
    let token = offered.as_ref().and_then(|value| value["token"].as_str()).unwrap_or_default();
    if !gate.has_key(&headers) {
        match gate.redeem(token) {
            Ok(true) => output::say(&format!("for another tab: {}", gate.address())),
            Ok(false) => {
                return refused(
                    StatusCode::UNAUTHORIZED,
                    "this address has been used: open the newest one that `groundplan serve` printed",
                );
            }
            Err(error) => return refusal(&error),
        }
    }
    json_response(StatusCode::OK, &json!({ "key": gate.key }).to_string())
}
