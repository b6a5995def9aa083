//! A purge with somebody at the keyboard.

use jiff::Timestamp;
use tagout::domain::wipe::{Wipe, WipeCounts};
use tagout::wire::request::Request;
use tagout::wire::view::WipePlan;

use crate::server::{Server, reply};
use crate::terminal::typed;

#[test]
fn it_asks_for_the_name_of_the_workspace() {
    let server = Server::new(|request| match request {
        Request::WipePlan(_) => reply(WipePlan {
            provider: Some("ledger".to_owned()),
            counts: WipeCounts::default(),
            connected: Vec::new(),
        }),
        Request::WipeBegin(_) | Request::Wipe(_) => reply(ended()),
        other => panic!("{other:?}"),
    });
    let prompt = "Type the name of the workspace to go on:";
    let (screen, code) = typed(&server, &["purge", "ledger"], (prompt, "Acme Ltd\n"));
    assert_eq!(code, 0, "{screen}");
    let asked = server.asked();
    let begun = asked.iter().find_map(|it| it.get("wipe_begin"));
    assert_eq!(begun.unwrap()["confirm"], "Acme Ltd");
}

fn ended() -> Wipe {
    let at = Timestamp::UNIX_EPOCH;
    let id = "wip_01jd7000000000000000000000".parse().unwrap();
    let mut wipe = Wipe::begun(id, Some("ledger".to_owned()), "ada".to_owned(), at);
    while wipe.step.is_some() {
        wipe.step_ended(at);
    }
    wipe
}
