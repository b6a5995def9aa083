//! Two hundred jobs that run at once, on a console that lists them: its processor time, how often it writes, and how much,
//! beside the same console while nothing runs. `cargo bench --bench wall` takes a minute.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../scale/glass.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod glass;
#[path = "../scale/house.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod house;
#[path = "../support/keyed_file.rs"]
mod keyed_file;
#[path = "../support/processor.rs"]
mod processor;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use tagout::wire::request::{FlowKind, Secret, Window};
use tagout::wire::rpc::{self, JobAction};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use glass::{Glass, count};
use house::{Client, House};
use processor::processor;

const CONNECTIONS: usize = 10;
const LISTS: usize = 20;
/// So long the vendor takes for a page: 400 pages a second in all.
const TAKES: Duration = Duration::from_millis(500);
/// So long the console is watched.
const WATCHED: Duration = Duration::from_secs(20);

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let base = runtime.block_on(vendor());
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    let config = house.data().with_file_name("config").join("config.toml");
    std::fs::write(config, "requests_per_host = 200\n").unwrap();
    let server = house.serve();
    let mut client = server.client();
    connect(&mut client, &base);
    let mut glass = Glass::open(&house);
    glass.shows("no job is enabled");
    glass.press("3").shows("never ran");
    let quiet = watch(&mut glass);
    enable(&mut client);
    glass.shows("running");
    glass.within(Duration::from_secs(5));
    let wall = watch(&mut glass);
    let running = client.status().jobs_running;
    println!("jobs that run {running:>37}");
    print(&quiet, "while nothing runs");
    print(&wall, "while they run");
}

/// What the console took while it was watched.
struct Watched {
    processor: Duration,
    writes: u64,
    bytes: u64,
    length: Duration,
}

fn watch(glass: &mut Glass) -> Watched {
    let (before, used, began) = (count(glass.pid()), processor(glass.pid()), Instant::now());
    while began.elapsed() < WATCHED {
        glass.within(Duration::from_millis(100));
    }
    let after = count(glass.pid());
    Watched {
        processor: processor(glass.pid()) - used,
        writes: after.writes - before.writes,
        bytes: after.written - before.written,
        length: began.elapsed(),
    }
}

fn print(it: &Watched, what: &str) {
    let seconds = it.length.as_secs_f64();
    println!(
        "{what:<20} {:>6.2} % of a core {:>7.1} writes a second {:>9.0} bytes a second",
        it.processor.as_secs_f64() * 100.0 / seconds,
        it.writes as f64 / seconds,
        it.bytes as f64 / seconds,
    );
}

/// A vendor with lists that have no end.
async fn vendor() -> String {
    let page = async |query: axum::extract::RawQuery| {
        // The vendor is slow, so that its pages are spread over time; nothing is asserted about it.
        tokio::time::sleep(TAKES).await;
        let query = query.0.unwrap_or_default();
        let at = query.split('&').find_map(|it| it.strip_prefix("page="));
        let at: u64 = at.map_or(1, |at| at.parse().unwrap());
        let things: Vec<String> = (0..5)
            .map(|n| format!("{{\"id\":{}}}", at * 5 + n))
            .collect();
        format!("{{\"total\":1000000,\"items\":[{}]}}", things.join(","))
    };
    let me = async |headers: HeaderMap| {
        let key = headers["authorization"].to_str().unwrap().to_owned();
        // A made-up key is refused: that is asked before one is taken.
        let number = key.strip_prefix("Bearer key-").map(str::parse::<usize>);
        match number {
            Some(Ok(number)) if number < CONNECTIONS => Ok(format!("{{\"id\":\"{number}\"}}")),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/items", get(page))
        .route("/me", get(me));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    base
}

fn connect(client: &mut Client, base: &str) {
    let mut file = keyed_file::FILE.replace("{U}", base);
    for n in 0..LISTS {
        write!(
            file,
            "[[sync]]\nentity = \"list{n}\"\nurl = \"{base}/items\"\nparams = {{ list = \"{n}\" }}\nitems = \"/items\"\n\
             id = \"/id\"\ntotal = \"/total\"\npage = {{ style = \"page\", param = \"page\", size_param = \"n\", size = 5 }}\n"
        )
        .unwrap();
    }
    client.ask(rpc::ProviderAdd {
        toml: file,
        file_name: "keyed.toml".to_owned(),
    });
    for n in 0..CONNECTIONS {
        client.ask(rpc::Connect {
            api_key: Some(Secret(Zeroizing::new(format!("key-{n}")))),
            ..rpc::Connect::new("keyed", FlowKind::Paste)
        });
    }
}

fn enable(client: &mut Client) {
    let mut window = Window {
        limit: 100,
        ..Window::default()
    };
    loop {
        let page = client.ask(rpc::Jobs {
            connection: None,
            window: window.clone(),
        });
        for job in &page.rows {
            client.ask(rpc::JobAct {
                job: job.id.to_string(),
                act: JobAction::Enable,
            });
        }
        if !page.move_on(&mut window) {
            return;
        }
    }
}
