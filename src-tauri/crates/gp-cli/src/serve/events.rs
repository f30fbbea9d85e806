//! The event channel: one WebSocket per window, the same frames as in the desktop app.

use super::{Served, gate};
use axum::{
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
};
use gp_app::{dto::AppEvent, frame::frame};
use tokio::sync::mpsc::UnboundedReceiver;

pub async fn events(State(served): State<Served>, upgrade: WebSocketUpgrade) -> Response {
    // Subscribed before the answer: nothing that happens after the window heard of us is missed.
    let events = served.app.subscribe();
    upgrade.protocols([gate::PROTOCOL]).on_upgrade(|socket| forward(socket, events))
}

async fn forward(mut socket: WebSocket, mut events: UnboundedReceiver<AppEvent>) {
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { return };
                if socket.send(Message::Binary(frame(&event).into())).await.is_err() {
                    return;
                }
            }
            // The window says nothing; this hears when it is closed.
            heard = socket.recv() => if heard.is_none_or(|message| message.is_err()) { return },
        }
    }
}
