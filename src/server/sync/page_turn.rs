//! An execution's turn to ask for a page.

use super::page_queue::SlotState;
use super::task::Task;
use super::{WaitsFor, wait_state::WaitGuard};
use crate::domain::job::{Asker, SlotEvent};

/// Waits until the execution may ask for a page. It then has a place until it asks here for another one, or leaves.
pub(super) async fn wait_and_ask(task: &Task<'_>) {
    wait_for_slot(task).await;
    task.pulling.place.stands(SlotState::Asked);
}

/// Waits until the execution has a place, for the page that it asks for next.
pub(super) async fn wait_for_slot(task: &Task<'_>) {
    let (line, place) = (&task.server.executions.line, &task.pulling.place);
    let id = &task.execution.id;
    let event = match place.stand() {
        SlotState::Ready => return,
        SlotState::Asked => SlotEvent::Served(id.clone()),
        SlotState::Without => SlotEvent::Wanted(Asker {
            execution: id.clone(),
            connection: task.execution.connection.clone(),
            host: task.host.to_owned(),
            gives_way: place.gives_way(),
        }),
    };
    place.stands(SlotState::Without);
    if let Some(called) = line.stand_in_line(event, id) {
        let why = line.full(task.host);
        let waiting = WaitGuard::begins(task, WaitsFor::Turn { why });
        // The sender is kept until it is told, or leaves by itself.
        let _told = called.await;
        drop(waiting);
    }
    place.stands(SlotState::Ready);
}
