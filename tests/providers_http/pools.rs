//! What a connection carried stays in its buffers: whose it is, and when it ends.

use std::time::Duration;

use tagout::domain::provider::Endpoints;
use tagout::providers::{App, CallContext, PageRequest, Pool, Vendors};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

use super::vendor::{OAUTH, app, read, token, vendors};

const LIST: &str =
    "[[sync]]\nentity = \"thing\"\nurl = \"{base}/things\"\nitems = \"/items\"\nid = \"/id\"\n";

/// What became of a connection, by its number.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Asked(usize),
    Closed(usize),
}

/// A vendor that keeps every connection, and tells what becomes of it.
async fn keeper() -> (String, UnboundedReceiver<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for number in 0.. {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(keep(socket, number, tell.clone()));
        }
    });
    (base, told)
}

async fn keep(mut socket: TcpStream, number: usize, tell: UnboundedSender<Told>) {
    let body = r#"{"items":[]}"#;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    while read(&mut socket).await {
        tell.send(Told::Asked(number)).unwrap();
        socket.write_all(answer.as_bytes()).await.unwrap();
    }
    tell.send(Told::Closed(number)).unwrap();
}

async fn next(told: &mut UnboundedReceiver<Told>) -> Told {
    let next = timeout(Duration::from_secs(20), told.recv()).await;
    next.unwrap().unwrap()
}

async fn page(vendors: &Vendors, app: &App, pool: &Pool) {
    let (endpoints, token) = (Endpoints::default(), token());
    let context = CallContext::new(app, &endpoints).with_token(&token);
    let wanted = PageRequest::default();
    let page = vendors.fetch_page(pool, &app.file.sync[0], &context, wanted);
    page.await.unwrap();
}

#[tokio::test]
async fn a_pool_keeps_its_connection_for_itself_and_closes_it_with_its_end() {
    let (base, mut told) = keeper().await;
    let (vendors, app) = (vendors(), app(&base, &format!("{OAUTH}{LIST}")));
    let (one, other) = (Pool::default(), Pool::default());
    for (pool, number) in [(&one, 0), (&other, 1), (&one, 0), (&other, 1)] {
        page(&vendors, &app, pool).await;
        assert_eq!(next(&mut told).await, Told::Asked(number));
    }
    drop(one);
    assert_eq!(next(&mut told).await, Told::Closed(0));
    page(&vendors, &app, &other).await;
    assert_eq!(next(&mut told).await, Told::Asked(1));
}
