//! Who gets in: a browser on this machine that was given the address, and no other page in it.
//!
//! The token in the address works once and buys a cookie that scripts cannot read. A page of
//! another origin fails three times: the cookie is same-site, a header that only our page can set
//! is asked for, and Host and Origin must be our own (which also stops rebinding of names).

use super::{Served, refusal};
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use gp_app::dto::{AppError, ErrorCode};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What is asked at the door.
pub struct Gate {
    /// The token of the printed address; none once it was used.
    token: Mutex<Option<String>>,
    cookie: String,
    hosts: [String; 2],
}

impl Gate {
    /// A gate with fresh secrets for a server on this port.
    pub fn new(port: u16) -> Result<Self, AppError> {
        Ok(Self {
            token: Mutex::new(Some(secret()?)),
            cookie: format!("groundplan-{port}={}", secret()?),
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        })
    }

    /// The token, for the printed address.
    pub fn token(&self) -> String {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    /// Takes the token, if it is the right one: it works once.
    fn redeem(&self, offered: &str) -> bool {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let right = token.as_deref().is_some_and(|token| same(token, offered));
        if right {
            *token = None;
        }
        right
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

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies =
            headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|line| line.split(';')).any(|cookie| same(cookie.trim(), &self.cookie))
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
    let marked = is_socket || headers.contains_key("x-groundplan");
    let known = is_session || gate.has_cookie(headers);
    let from_us = gate.is_our_host(headers) && gate.is_our_origin(headers);
    let needs_origin = is_socket && !headers.contains_key(header::ORIGIN);
    if !from_us || needs_origin || (is_api && !marked) {
        return refused(
            StatusCode::FORBIDDEN,
            "this request does not come from the app's own page",
        );
    }
    if is_api && !known {
        return refused(
            StatusCode::UNAUTHORIZED,
            "this address has been used: open the newest one that `groundplan serve` printed",
        );
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

/// Exchanges the token for the cookie.
pub async fn session(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> Response {
    let offered: Option<Value> = serde_json::from_slice(&body).ok();
    let token = offered.as_ref().and_then(|value| value["token"].as_str()).unwrap_or_default();
    // A reload of the page offers the used token again, with the cookie that it bought.
    if !served.gate.has_cookie(&headers) && !served.gate.redeem(token) {
        return refused(
            StatusCode::UNAUTHORIZED,
            "this address has been used: open the newest one that `groundplan serve` printed",
        );
    }
    let cookie = format!("{}; HttpOnly; SameSite=Strict; Path=/", served.gate.cookie);
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}
