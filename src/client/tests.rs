use super::*;
use crate::config::Flags;
use crate::domain::id::RunId;
use crate::wire::rpc;
use crate::wire::{FromServer, NumberedRequest};
use tokio::net::UnixListener;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

struct Server {
    folder: tempfile::TempDir,
    listener: UnixListener,
}

struct Peer {
    hello: Hello,
    reader: Reader<OwnedReadHalf>,
    writer: Writer<OwnedWriteHalf>,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("sock")).unwrap();
        Self { folder, listener }
    }

    fn settings(&self) -> Settings {
        settings(self.folder.path())
    }

    async fn accept(&self, reply: HelloReply) -> Peer {
        let (stream, _) = self.listener.accept().await.unwrap();
        let (from, to) = stream.into_split();
        let (mut reader, mut writer) = (Reader::new(from), Writer::new(to));
        let hello = reader.next().await.unwrap().unwrap();
        writer.send(&reply).await.unwrap();
        Peer {
            hello,
            reader,
            writer,
        }
    }
}

impl Peer {
    async fn asked(&mut self) -> NumberedRequest {
        self.reader.next().await.unwrap().unwrap()
    }

    async fn reply(&mut self, id: u64, result: Result<serde_json::Value, Problem>) {
        let reply = FromServer::Reply { id, result };
        self.writer.send(&reply).await.unwrap();
    }
}

fn settings(folder: &Path) -> Settings {
    let flags = Flags {
        data_dir: Some(folder.to_owned()),
        config: Some(folder.join("config.toml")),
        http: None,
    };
    Settings::resolve(&flags, |_| None).unwrap()
}

fn options(settings: &Settings) -> ConnectOptions<'_> {
    ConnectOptions {
        settings,
        role: Some(Role::Member),
        read_only: true,
        start: StartMode::Never,
    }
}

fn welcome(protocol: u32) -> Welcome {
    Welcome {
        protocol,
        version: "9.9.9".to_owned(),
        workspace: "Acme".to_owned(),
        user: "alice".to_owned(),
        role: Role::Member,
        read_only: true,
        address: None,
    }
}

async fn connected() -> (Client, Notices, Peer, Server) {
    let server = Server::new();
    let settings = server.settings();
    let options = options(&settings);
    let (client, peer) = tokio::join!(
        Client::connect(&options),
        server.accept(Ok(welcome(PROTOCOL)))
    );
    let (client, notices) = client.unwrap();
    (client, notices, peer, server)
}

#[tokio::test]
async fn the_hello_says_how_the_client_wants_to_act() {
    let (client, _notices, peer, _server) = connected().await;
    assert_eq!(peer.hello.protocol, PROTOCOL);
    assert_eq!(peer.hello.role, Some(Role::Member));
    assert!(peer.hello.read_only);
    assert_eq!(client.welcome().workspace, "Acme");
}

#[tokio::test]
async fn replies_find_their_requests_in_any_order() {
    let (client, _notices, mut peer, _server) = connected().await;
    let serve = async {
        let (first, second) = (peer.asked().await, peer.asked().await);
        peer.reply(second.id, Ok("second".into())).await;
        peer.reply(first.id, Ok("first".into())).await;
        peer
    };
    let (first, second, _peer) =
        tokio::join!(client.ask(rpc::ViewLoad), client.ask(rpc::ViewLoad), serve);
    assert_eq!(first.unwrap().as_deref(), Some("first"));
    assert_eq!(second.unwrap().as_deref(), Some("second"));
}

#[tokio::test]
async fn the_servers_reason_reaches_whoever_asked() {
    let (client, _notices, mut peer, _server) = connected().await;
    let problem = Problem::new(Code::Forbidden, "no", "ask an Owner");
    let serve = async {
        let asked = peer.asked().await;
        assert!(matches!(asked.request, Request::Stop));
        peer.reply(asked.id, Err(problem.clone())).await;
    };
    let (answer, ()) = tokio::join!(client.ask(rpc::Stop), serve);
    assert_eq!(answer.unwrap_err(), problem);
}

#[tokio::test]
async fn a_broken_link_answers_everybody_and_ends_the_notices() {
    let (client, mut notices, mut peer, _server) = connected().await;
    let serve = async {
        peer.asked().await;
        drop(peer);
    };
    let (answer, ()) = tokio::join!(client.ask(rpc::Status), serve);
    assert_eq!(answer.unwrap_err().code, Code::NoServer);
    assert_eq!(notices.next().await, None);
    let later = client.ask(rpc::Status).await;
    assert_eq!(later.unwrap_err().code, Code::NoServer);
}

#[tokio::test]
async fn notices_come_each_topic_once() {
    let (_client, mut notices, mut peer, _server) = connected().await;
    let run: RunId = "run_01jd7000000000000000000000".parse().unwrap();
    let topics = vec![
        Topic::Run(run.clone()),
        Topic::Jobs,
        Topic::Run(run.clone()),
    ];
    peer.writer
        .send(&FromServer::Changed(topics))
        .await
        .unwrap();
    assert_eq!(
        notices.next().await,
        Some(vec![Topic::Jobs, Topic::Run(run)])
    );
}

#[tokio::test]
async fn the_socket_closes_with_the_last_client() {
    let (client, notices, mut peer, _server) = connected().await;
    let clone = client.clone();
    drop(client);
    drop(notices);
    drop(clone);
    assert!(
        peer.reader
            .next::<NumberedRequest>()
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn silence_is_a_stale_link() {
    let (client, _notices, _peer, _server) = connected().await;
    let patience = Duration::from_millis(10);
    let answer = client.ask_within(patience, rpc::Status).await;
    let problem = answer.unwrap_err();
    assert_eq!(problem.code, Code::NoServer);
    assert!(problem.message.contains("within 10ms"), "{problem}");
}

#[tokio::test]
async fn another_protocol_names_both_versions() {
    let server = Server::new();
    let settings = server.settings();
    let options = options(&settings);
    let (client, _peer) = tokio::join!(
        Client::connect(&options),
        server.accept(Ok(welcome(PROTOCOL + 1)))
    );
    let problem = client.unwrap_err();
    assert!(problem.message.contains("9.9.9"), "{problem}");
    assert!(
        problem.message.contains(env!("CARGO_PKG_VERSION")),
        "{problem}"
    );
}

#[tokio::test]
async fn a_hello_can_be_refused() {
    let server = Server::new();
    let settings = server.settings();
    let options = options(&settings);
    let refusal = Problem::new(
        Code::Forbidden,
        "who is mallory?",
        "tagout users add mallory",
    );
    let (client, _peer) = tokio::join!(
        Client::connect(&options),
        server.accept(Err(refusal.clone()))
    );
    assert_eq!(client.unwrap_err(), refusal);
}

#[tokio::test]
async fn without_a_server_that_may_be_started_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let problem = Client::connect(&options(&settings)).await.unwrap_err();
    assert_eq!(problem.code, Code::NoServer);

    // A socket file whose process is gone is no server either.
    drop(UnixListener::bind(folder.path().join("sock")).unwrap());
    let problem = Client::connect(&options(&settings)).await.unwrap_err();
    assert_eq!(problem.code, Code::NoServer);
    assert!(
        problem.message.contains("no server is running"),
        "{problem}"
    );
}

#[tokio::test]
async fn a_server_that_is_just_leaving_is_asked_once_more() {
    let server = Server::new();
    let settings = server.settings();
    let options = options(&settings);
    let serve = async {
        drop(server.listener.accept().await.unwrap());
        server.accept(Ok(welcome(PROTOCOL))).await
    };
    let (client, _peer) = tokio::join!(Client::connect(&options), serve);
    assert_eq!(client.unwrap().0.welcome().user, "alice");
}

#[tokio::test]
async fn a_server_that_closes_may_say_why() {
    let (client, _notices, mut peer, _server) = connected().await;
    let why = Problem::new(
        Code::Usage,
        "a request was not understood",
        "use one version",
    );
    let serve = async {
        peer.asked().await;
        peer.reply(0, Err(why.clone())).await;
    };
    let (answer, ()) = tokio::join!(client.ask(rpc::Status), serve);
    assert_eq!(answer.unwrap_err(), why);
}
