//! What whoever can reach the HTTP listener may do to the server: little, and to nobody else.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tagout::domain::user::Role;

use crate::house::{WORKSPACE, connection, me};
use crate::process::Machine;

/// The server, the address of its listener, and the path of an endpoint that it waits at.
async fn listening() -> (Machine, SocketAddr, String) {
    let machine = Machine::listening(me(Role::Owner)).await;
    let rows = machine.json(&["webhooks", "--json"]);
    let of = |row: &&serde_json::Value| row["connection"] == connection(WORKSPACE).as_str();
    let row = rows.as_array().unwrap().iter().find(of).unwrap();
    let url = url::Url::parse(row["url"].as_str().unwrap()).unwrap();
    let at = url.socket_addrs(|| None).unwrap()[0];
    (machine, at, url.path().to_owned())
}

fn head(method: &str, path: &str, length: usize) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n")
}

fn open(at: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    let most = Some(Duration::from_secs(20));
    stream.set_read_timeout(most).unwrap();
    stream.set_write_timeout(most).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// What is answered, until the connection is closed.
fn answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&answer)),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Nobody waits for these bodies, and none of them is sent: the answer comes nevertheless.
#[tokio::test]
async fn nothing_of_a_body_is_read_before_its_endpoint_is_known() {
    let (_machine, at, path) = listening().await;
    let nobody = "/webhooks/whk_00000000000000000000000099";
    let unread = [
        ("POST", nobody, 500_000, "404"),
        ("POST", "/webhooks/nothing", 500_000, "404"),
        ("PUT", path.as_str(), 500_000, "405"),
        ("POST", path.as_str(), 2_000_000, "413"),
    ];
    for (method, path, length, status) in unread {
        let told = answer(open(at, head(method, path, length).as_bytes()));
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {told}"
        );
    }
    let event = format!("{}{{}}", head("POST", &path, 2));
    let mut stream = open(at, event.as_bytes());
    let mut told = [0; 12];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 200");
}

/// As much as they can, from as many connections as there are places and more, and then they stop in the middle.
#[tokio::test]
async fn hostile_connections_take_little_memory_and_nobody_elses_turn() {
    let (machine, at, path) = listening().await;
    let before = peak_megabytes(machine.pid());
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = open(at, head("POST", &path, 1_000_000).as_bytes());
        stream
            .set_write_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        // One that was sent away meanwhile takes no more.
        let _taken = stream.write_all(&vec![b'x'; 900_000]);
        slow.push(stream);
    }
    // Somebody with an event to tell is answered among them.
    for _ in 0..20 {
        let mut stream = open(at, format!("{}{{}}", head("POST", &path, 2)).as_bytes());
        let mut told = [0; 12];
        stream.read_exact(&mut told).unwrap();
        assert_eq!(&told, b"HTTP/1.1 200");
    }
    let more = peak_megabytes(machine.pid()) - before;
    println!("300 hostile connections: at most {more} MB beside {before} MB");
    // There are 128 places with a megabyte each; what those hold who were sent away is freed a moment later.
    assert!(more < 180, "{more} MB");
}

/// The most memory that the process ever had (proc(5), VmHWM).
fn peak_megabytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() / 1024
}
