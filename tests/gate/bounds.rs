//! Clients that mean no good, or cannot help it: they are refused or dropped, and nobody else notices.

use std::io::ErrorKind;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use tagout::domain::audit::AuditOutcome;
use tagout::domain::user::{Role, User};
use tagout::wire::frame::{MAX_LINE, Reader, Writer};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::view::Status;
use tagout::wire::{Code, FromServer, Hello, HelloReply, NumberedRequest, PROTOCOL};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::house::{House, ME, entries, me};

async fn raw(house: &House) -> UnixStream {
    let path = house.settings().socket_path().unwrap();
    UnixStream::connect(path).await.unwrap()
}

fn hello() -> Hello {
    Hello {
        protocol: PROTOCOL,
        version: "0".to_owned(),
        role: None,
        read_only: false,
        claimed_address: None,
        ssh_key: None,
        gateway_refused: None,
    }
}

/// A socket past the greeting.
async fn greeted(house: &House) -> UnixStream {
    let mut stream = raw(house).await;
    let (read, write) = stream.split();
    Writer::new(write).send(&hello()).await.unwrap();
    let welcome = Reader::new(read).next::<HelloReply>().await.unwrap();
    welcome.unwrap().unwrap();
    stream
}

async fn still_answers(house: &House) {
    let status: Status = house.client().await.ask(rpc::Status).await.unwrap();
    assert_eq!(status.workspace, "Acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_before_and_after_the_greeting() {
    let mut house = House::with(me(Role::Owner)).await;
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let bytes = vec(any::<u8>(), 1..2048);
    for _ in 0..64 {
        let garbage = bytes.new_tree(&mut runner).unwrap().current();
        for mut stream in [raw(&house).await, greeted(&house).await] {
            // The server may have hung up in the middle of it.
            let _ = stream.write_all(&garbage).await;
            let _ = stream.shutdown().await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            assert!(
                !String::from_utf8_lossy(&answer).contains("\"ok\""),
                "{garbage:?}"
            );
        }
    }
    still_answers(&house).await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_too_long_is_refused_in_words() {
    let mut house = House::with(me(Role::Owner)).await;
    let stream = greeted(&house).await;
    let (read, mut write) = stream.into_split();
    let writing = tokio::spawn(async move {
        let line = vec![b'a'; MAX_LINE + 2];
        write.write_all(&line).await
    });
    let mut reader = Reader::new(read);
    match reader.next::<FromServer>().await.unwrap() {
        Some(FromServer::Reply {
            id: 0,
            result: Err(problem),
        }) => {
            assert_eq!(problem.code, Code::Usage);
            assert!(problem.message.contains("1048576"), "{}", problem.message);
        }
        other => panic!("{other:?}"),
    }
    drop(writing.await.unwrap());
    still_answers(&house).await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_another_protocol_is_told() {
    let mut house = House::with(me(Role::Owner)).await;
    let mut stream = raw(&house).await;
    let (read, write) = stream.split();
    let other = Hello {
        protocol: PROTOCOL + 1,
        ..hello()
    };
    Writer::new(write).send(&other).await.unwrap();
    let reply = Reader::new(read)
        .next::<HelloReply>()
        .await
        .unwrap()
        .unwrap();
    assert!(reply.unwrap_err().hint.contains("tagout stop"));
    house.end().await;
}

/// Requests whose answers are large, as many as fit; none of the answers is read.
async fn flood(stream: &mut UnixStream) {
    let window = Window {
        limit: 200,
        ..Window::default()
    };
    let mut lines = String::new();
    for id in 1..=2000 {
        let request = rpc::Providers(window.clone()).into();
        lines.push_str(&json!(NumberedRequest { id, request }).to_string());
        lines.push('\n');
    }
    let mut rest = lines.as_bytes();
    while !rest.is_empty() {
        match stream.try_write(rest) {
            Ok(n) => rest = &rest[n..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_whose_answers_nobody_reads_slows_nobody_else() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let mut floods = Vec::new();
    for _ in 0..4 {
        let mut stream = greeted(&house).await;
        flood(&mut stream).await;
        floods.push(stream);
    }
    // Each of these has to be answered within the client's patience.
    for _ in 0..50 {
        client.ask(rpc::Status).await.unwrap();
    }
    drop(floods);
    still_answers(&house).await;
    house.end().await;
}

#[tokio::test]
async fn a_client_that_stops_reading_is_dropped() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let mut stuck = greeted(&house).await;
    flood(&mut stuck).await;
    let line = format!(
        "{}\n",
        json!(NumberedRequest {
            id: 1,
            request: rpc::Status.into()
        })
    );
    loop {
        // Whether it is stuck by now cannot be seen from outside; once it is, half a minute is enough.
        client.ask(rpc::Status).await.unwrap();
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(31)).await;
        tokio::time::resume();
        match stuck.try_write(line.as_bytes()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("{error}"),
            Ok(_) => {}
        }
    }
    client.ask(rpc::Status).await.unwrap();
    house.end().await;
}

async fn told(house: &House, hello: &Hello) -> HelloReply {
    let mut stream = raw(house).await;
    let (read, write) = stream.split();
    Writer::new(write).send(hello).await.unwrap();
    let reply = Reader::new(read).next::<HelloReply>().await;
    reply.unwrap().unwrap()
}

/// What the gateway refuses by itself stands in the record, in the name of whoever has the key; a claim no longer than others.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_refuses_is_an_entry() {
    let key = format!("SHA256:{}", "A".repeat(43));
    let ann = User {
        uid: None,
        ssh_keys: vec![key.clone()],
        ..me(Role::Owner)
    };
    let mut house = House::behind_a_gateway(ann).await;
    let refused = |key: Option<String>| Hello {
        ssh_key: key,
        gateway_refused: Some("x".repeat(100_000)),
        ..hello()
    };
    let reply = told(&house, &refused(Some(key.clone()))).await;
    assert_eq!(reply.unwrap_err().code, Code::Forbidden);
    let unknown = told(&house, &refused(Some("k".repeat(100_000)))).await;
    assert_eq!(unknown.unwrap_err().code, Code::Forbidden);
    let nobody = told(&house, &refused(None)).await;
    assert_eq!(nobody.unwrap_err().code, Code::Forbidden);

    let mut settings = house.settings();
    settings.ssh_key = Some(key);
    let options = tagout::client::ConnectOptions {
        settings: &settings,
        role: None,
        read_only: false,
        start: tagout::client::StartMode::Never,
    };
    let (client, _) = tagout::client::Client::connect(&options).await.unwrap();
    let of_ann = entries(&client, "gateway.refused").await;
    assert_eq!(of_ann.len(), 1);
    assert_eq!(
        (of_ann[0].actor.as_str(), of_ann[0].outcome),
        (ME, AuditOutcome::Refused)
    );
    let of_others = entries(&client, "session.begin").await;
    assert_eq!(of_others.len(), 2);
    for entry in of_ann.iter().chain(&of_others) {
        assert!(entry.detail.to_string().len() < 2_000, "{}", entry.action);
    }
    house.end().await;
}

/// Sockets that say nothing give up their places before anybody waits for one.
#[tokio::test(flavor = "multi_thread")]
async fn sockets_that_say_nothing_keep_nobody_out() {
    let mut house = House::with(me(Role::Owner)).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(raw(&house).await);
    }
    still_answers(&house).await;
    drop(silent);
    house.end().await;
}
