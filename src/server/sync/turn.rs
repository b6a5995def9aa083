//! An execution's turn to ask for a page.

use super::line::Stand;
use super::task::Task;
use super::{WaitsFor, waiting::Waiting};
use crate::domain::job::{Asker, PlaceEvent};

/// Waits until the execution may ask for a page. It then has a place until it asks here for another one, or leaves.
pub(super) async fn asks(task: &Task<'_>) {
    ready(task).await;
    task.pulling.place.stands(Stand::Asked);
}

/// Waits until the execution has a place, for the page that it asks for next.
pub(super) async fn ready(task: &Task<'_>) {
    let (line, place) = (&task.server.executions.line, &task.pulling.place);
    let id = &task.execution.id;
    let event = match place.stand() {
        Stand::Ready => return,
        Stand::Asked => PlaceEvent::Served(id.clone()),
        Stand::Without => PlaceEvent::Wanted(Asker {
            execution: id.clone(),
            connection: task.execution.connection.clone(),
            host: task.host.to_owned(),
        }),
    };
    place.stands(Stand::Without);
    if let Some(called) = line.stand_in_line(event, id) {
        let why = line.full(task.host);
        let waiting = Waiting::begins(task, WaitsFor::Turn { why });
        // The sender is kept until it is told, or leaves by itself.
        let _told = called.await;
        drop(waiting);
    }
    place.stands(Stand::Ready);
}
