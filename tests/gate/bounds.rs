//! Clients that mean no good, or cannot help it: they are refused or dropped, and nobody else notices.

use std::io::ErrorKind;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use tagout::domain::user::Role;
use tagout::wire::frame::{MAX_LINE, Reader, Writer};
use tagout::wire::request::{Request, Window};
use tagout::wire::view::Status;
use tagout::wire::{Asked, Code, FromServer, Hello, HelloReply, PROTOCOL};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::house::{House, me};

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
    let status: Status = house.client().await.ask(Request::Status).await.unwrap();
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
        let request = Request::Providers(window.clone());
        lines.push_str(&json!(Asked { id, request }).to_string());
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
        client.ask::<Status>(Request::Status).await.unwrap();
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
        json!(Asked {
            id: 1,
            request: Request::Status
        })
    );
    loop {
        // Whether it is stuck by now cannot be seen from outside; once it is, half a minute is enough.
        client.ask::<Status>(Request::Status).await.unwrap();
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
    client.ask::<Status>(Request::Status).await.unwrap();
    house.end().await;
}
