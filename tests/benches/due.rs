//! A thousand jobs that are due in the same second, 999 of nine connections and one of a tenth, at four hosts of which one is
//! slow: how long they take against as many bare requests under the same bounds, how many requests each host had at once, and
//! how many of its host's came before that of the one job. `cargo bench --bench due` takes two minutes at most: the second is
//! the first of a minute, which is what cron has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../lists/house.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod house;
#[path = "../support/liar.rs"]
mod liar;
#[path = "../support/pace.rs"]
mod pace;
#[path = "../support/until.rs"]
mod until;
#[path = "../lists/vendor.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod vendor;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use futures::{StreamExt, stream};
use jiff::{Timestamp, ToSpan};
use tagout::wire::rpc::{self, JobAction};
use tagout::wire::view;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

use house::House;

const CONNECTIONS: usize = 9;
const JOBS: usize = 111;
/// What is asked of one host at once: the default.
const AT_ONCE: usize = 16;
const QUICK: Duration = Duration::from_millis(10);
const SLOW: Duration = Duration::from_millis(200);

/// A host with lists of three things.
struct Host {
    base: String,
    takes: Duration,
    under_way: AtomicUsize,
    most: AtomicUsize,
    /// When a list was asked for, and with which token.
    asked: Mutex<Vec<(Instant, String)>>,
    /// Tells that some host was asked.
    comes: Arc<Notify>,
}

impl Host {
    async fn start(takes: Duration, comes: Arc<Notify>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Arc::new(Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            takes,
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            asked: Mutex::default(),
            comes,
        });
        let app = Router::new()
            .route("/items", get(items))
            .with_state(Arc::clone(&host));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        host
    }

    /// When it was asked since then, and with which token, oldest first.
    fn since(&self, begin: Instant) -> Vec<(Instant, String)> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(at, _)| *at >= begin)
            .cloned()
            .collect()
    }
}

async fn items(State(host): State<Arc<Host>>, headers: HeaderMap) -> &'static str {
    let token = headers["authorization"].to_str().unwrap().to_owned();
    host.asked.lock().unwrap().push((Instant::now(), token));
    host.comes.notify_one();
    let now = host.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    host.most.fetch_max(now, Ordering::SeqCst);
    // So long a vendor takes.
    tokio::time::sleep(host.takes).await;
    host.under_way.fetch_sub(1, Ordering::SeqCst);
    r#"{"items":[{"id":1},{"id":2},{"id":3}]}"#
}

#[tokio::main]
async fn main() {
    let comes = Arc::new(Notify::new());
    let mut hosts = Vec::new();
    for takes in [QUICK, QUICK, QUICK, SLOW] {
        hosts.push(Host::start(takes, Arc::clone(&comes)).await);
    }
    let mut house = House::asking(&lists(&hosts), AT_ONCE).await;
    for n in 1..CONNECTIONS {
        house.connect_another(&format!("many-{n}")).await;
    }
    house.connect_another("lone").await;
    enable(&house).await;
    let all = CONNECTIONS * JOBS + 1;
    let begin = idle_minute(&hosts, all).await;
    let last = asked_by(&hosts, &comes, begin, all).await;
    report(&hosts, begin, last);
    let bare = bare(&hosts, all).await;
    let ours = last - begin;
    println!("{all} jobs, until the last was asked for {ours:>24.2?}");
    println!("as many bare requests, {AT_ONCE} at once at each host {bare:>14.2?}");
    println!(
        "the first against the second {:>33.2}",
        ours.as_secs_f64() / bare.as_secs_f64()
    );
}

fn lists(hosts: &[Arc<Host>]) -> String {
    let mut sync = "items = \"/items\"\n".to_owned();
    for n in 0..JOBS {
        let url = format!("{}/items", hosts[n % hosts.len()].base);
        write!(
            sync,
            "\n[[sync]]\nentity = \"e{n}\"\nurl = \"{url}\"\nitems = \"/items\"\nid = \"/id\"\n"
        )
        .unwrap();
    }
    sync
}

/// All jobs of the lists but, of the last connection, the first one's alone. They run at the beginning of each minute.
async fn enable(house: &House) {
    let mut after = None;
    loop {
        let window = tagout::wire::request::Window {
            after,
            ..house::window()
        };
        let page: view::Page<view::Job> = house
            .ask(rpc::Jobs {
                connection: None,
                window,
            })
            .await;
        for job in &page.rows {
            let is_lone = job.connection.as_str() == house.connection;
            if job.entity == "thing" || (is_lone && job.entity != "e0") {
                continue;
            }
            let every_minute = rpc::JobEdit {
                job: job.id.to_string(),
                spec: serde_json::from_value(serde_json::json!({ "schedule": "* * * * *" }))
                    .unwrap(),
            };
            house.ask(every_minute).await;
            house.act_on(job.id.as_str(), JobAction::Enable).await;
        }
        after = page.keys.last().cloned();
        if !page.more {
            return;
        }
    }
}

/// The beginning of the next minute, before which everything that was under way has ended.
async fn idle_minute(hosts: &[Arc<Host>], all: usize) -> Instant {
    let mut minute = Timestamp::now();
    loop {
        let seconds = minute.as_second();
        let next = Timestamp::from_second(seconds - seconds.rem_euclid(60) + 60).unwrap();
        let wait = Duration::try_from(next.duration_since(Timestamp::now())).unwrap_or_default();
        // Cron knows no shorter time.
        tokio::time::sleep(wait).await;
        let begin = Instant::now();
        minute = next.checked_add(1.second()).unwrap();
        let before = begin.checked_sub(Duration::from_secs(3)).unwrap();
        let is_idle = hosts
            .iter()
            .all(|host| host.since(before).iter().all(|(at, _)| *at >= begin));
        let so_far: usize = hosts
            .iter()
            .map(|host| host.asked.lock().unwrap().len())
            .sum();
        if is_idle && so_far >= all {
            for host in hosts {
                host.most.store(0, Ordering::SeqCst);
            }
            return begin;
        }
    }
}

/// When the last of so many requests since then has come.
async fn asked_by(hosts: &[Arc<Host>], comes: &Notify, begin: Instant, all: usize) -> Instant {
    loop {
        let asked: Vec<_> = hosts.iter().flat_map(|host| host.since(begin)).collect();
        if asked.len() >= all {
            return asked.into_iter().map(|(at, _)| at).max().unwrap();
        }
        comes.notified().await;
    }
}

fn report(hosts: &[Arc<Host>], begin: Instant, last: Instant) {
    for host in hosts {
        let (most, asked) = (host.most.load(Ordering::SeqCst), host.since(begin));
        assert!(most <= AT_ONCE, "{most} at once");
        let ended = asked.iter().map(|(at, _)| *at - begin).max().unwrap();
        println!(
            "a host that takes {:>5.0?}: {:>3} requests, {most:>2} of {AT_ONCE} at once, the last after {ended:.2?}",
            host.takes,
            asked.len(),
        );
    }
    let asked = hosts[0].since(begin);
    let before = asked
        .iter()
        .position(|(_, token)| token.contains("lone"))
        .unwrap();
    let after = asked[before].0 - begin;
    println!(
        "the job that is the only one of its connection: after {before} of {} requests and {:.3} of all the time",
        asked.len(),
        after.as_secs_f64() / (last - begin).as_secs_f64(),
    );
}

/// As many requests, with nothing done about the answers, at the same hosts in turn.
async fn bare(hosts: &[Arc<Host>], all: usize) -> Duration {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let rooms: Vec<_> = hosts.iter().map(|_| Semaphore::new(AT_ONCE)).collect();
    let began = Instant::now();
    let requests = (0..all).map(|n| {
        let (room, url) = (
            &rooms[n % hosts.len()],
            format!("{}/items", hosts[n % hosts.len()].base),
        );
        let client = &client;
        async move {
            let _turn = room.acquire().await.unwrap();
            let answer = client.get(url).bearer_auth("bare").send().await.unwrap();
            answer.bytes().await.unwrap();
        }
    });
    stream::iter(requests)
        .buffer_unordered(all)
        .collect::<Vec<()>>()
        .await;
    began.elapsed()
}
