//! kill -9 while executions wait in line, for their turn at a host or for the end of a vendor's limit: what they would have
//! pulled is pulled by the next server, nothing of it twice, and nothing is missing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};
use tagout::wire::rpc;

use crate::house::{BOT, CAROL, House, rows, text, window};
use crate::kills::Dice;

const LEDGER: Vendor = Vendor::Ledger;
const KILLS: usize = 12;
/// Of each entity, in pages of a hundred: the jobs of two connections have more pages than there are kills.
const ITEMS: usize = 1500;

struct Story {
    house: House,
    dice: Dice,
    connections: Vec<String>,
    jobs: BTreeSet<String>,
    /// The executions that waited at a kill, by what for: those of a turn, and those of a limit.
    waited: (BTreeSet<String>, BTreeSet<String>),
}

fn all_jobs() -> rpc::Jobs {
    rpc::Jobs {
        connection: None,
        window: window(),
    }
}

fn waits_for_limit(job: &Value) -> bool {
    !job["waits_until"].is_null()
}

fn waits_for_turn(job: &Value) -> bool {
    let why = job["last_error"].as_str();
    why.is_some_and(|why| why.starts_with("waits for its turn"))
}

impl Story {
    /// Two connections of one host that is asked for one page at once.
    fn begin() -> Self {
        let mut house = House::empty();
        house.settings_file("requests_per_host = 1");
        house.serve();
        house.register(LEDGER);
        house.tune(LEDGER, |it| {
            it.items = Some(ITEMS);
            it.page_delay_ms = Some(100);
        });
        let accounts = [BOT, CAROL];
        let connections = accounts.map(|it| text(&house.connect(LEDGER, it), "id").to_owned());
        let jobs = connections.iter().flat_map(|id| house.jobs(id));
        let jobs = jobs.map(|job| text(&job, "id").to_owned()).collect();
        Self {
            house,
            dice: Dice::new(),
            connections: connections.to_vec(),
            jobs,
            waited: Default::default(),
        }
    }

    /// Waits until some are in line, lets some more pages go by, and kills the server.
    fn interrupted(&mut self, is_limited: bool) {
        if is_limited {
            let mut limit = Fault::new(LEDGER, Endpoint::List, FaultMode::RateLimited);
            // Longer than it takes to look; the next server does not know of it.
            limit.retry_after = 60;
            self.house.vendors().inject(limit.times(1));
        }
        let in_line = |jobs: &Value| {
            let is_there = |is: fn(&Value) -> bool| rows(jobs).iter().any(is);
            is_there(if is_limited {
                waits_for_limit
            } else {
                waits_for_turn
            })
        };
        self.house.until(all_jobs, in_line);
        if !is_limited {
            for _ in 0..self.dice.below(3) {
                let seen = self.house.calls(LEDGER, Endpoint::List).len();
                self.house.called(LEDGER, Endpoint::List, seen);
            }
        }
        let jobs = self.house.ask(all_jobs());
        self.house.kill();
        let execution = |job: &Value| text(&job["last_execution"], "id").to_owned();
        let jobs = rows(&jobs).iter();
        let turn = jobs.clone().filter(|it| waits_for_turn(it)).map(execution);
        self.waited.0.extend(turn);
        self.waited
            .1
            .extend(jobs.filter(|it| waits_for_limit(it)).map(execution));
    }

    /// The executions of a job, oldest first.
    fn executions(&self, job: &str) -> Vec<Value> {
        let page = self.house.ask(rpc::Executions {
            job: Some(job.to_owned()),
            window: window(),
        });
        let mut all = rows(&page).to_vec();
        all.sort_by_key(|it| text(it, "id").to_owned());
        all
    }

    /// Each was begun once and ended once, no two of a job at once; none brought what another one had.
    fn once(&self, job: &str, said: &BTreeMap<(String, String), usize>) {
        let all = self.executions(job);
        let created: u64 = all.iter().map(|it| it["created"].as_u64().unwrap()).sum();
        assert_eq!(created, ITEMS as u64, "{all:#?}");
        let (last, before) = all.split_last().unwrap();
        assert_eq!(last["status"], "succeeded", "{last:#}");
        for two in all.windows(2) {
            let at = |of: &Value, field| text(of, field).parse::<Timestamp>().unwrap();
            let (end, next) = (at(&two[0], "completed_at"), at(&two[1], "started_at"));
            assert!(end <= next, "{two:#?}");
        }
        let times = |what: &str, of: &Value| {
            let of = text(of, "id").to_owned();
            said.get(&(what.to_owned(), of)).copied().unwrap_or(0)
        };
        for one in before {
            assert!(text(one, "error").contains("the server stopped"), "{one:#}");
            assert_eq!(times("sync.interrupted", one), 1, "{one:#}");
        }
        assert_eq!(times("sync.succeeded", last), 1);
        for one in &all {
            // What a person begins is an entry about the job.
            assert!(times("sync.started", one) <= 1, "{one:#}");
        }
    }
}

#[test]
fn killed_while_executions_wait_in_line_nothing_is_missing_and_nothing_twice() {
    let mut story = Story::begin();
    for job in &story.jobs {
        story.house.ok(&["jobs", "enable", job]);
    }
    for kill in 0..KILLS {
        story.interrupted(kill % 3 == 2);
        story.house.serve();
    }
    let is_over = |job: &Value| job["last_execution"]["status"] == "succeeded";
    let house = &story.house;
    house.until(all_jobs, |jobs| rows(jobs).iter().all(is_over));
    for id in &story.connections {
        let records = house.json(&["records", id]);
        let records = records.as_array().unwrap();
        let things: BTreeSet<_> = records
            .iter()
            .map(|it| (text(it, "entity"), it["body"]["id"].to_string()))
            .collect();
        assert_eq!((records.len(), things.len()), (2 * ITEMS, 2 * ITEMS));
        let claimed = json!({ "synced": 2 * ITEMS, "stale": 0, "gone": 0 });
        assert_eq!(house.connection(id)["references"], claimed);
    }
    let mut said: BTreeMap<(String, String), usize> = BTreeMap::new();
    for entry in house.audit() {
        if let Some(execution) = entry["detail"]["execution"].as_str() {
            let key = (text(&entry, "action").to_owned(), execution.to_owned());
            *said.entry(key).or_default() += 1;
        }
    }
    for job in &story.jobs {
        story.once(job, &said);
    }
    // Those that had waited from the beginning have asked for nothing, and say so.
    let (turn, limit) = &story.waited;
    let all: Vec<_> = story
        .jobs
        .iter()
        .flat_map(|it| story.executions(it))
        .collect();
    let unasked = |it: &&Value| it["pages"] == 0 && turn.contains(text(it, "id"));
    assert!(
        all.iter().filter(unasked).count() > 0,
        "none was killed in line"
    );
    println!(
        "{} waited for a turn, {} for a limit",
        turn.len(),
        limit.len()
    );
    assert!(!limit.is_empty(), "none was killed at a limit");
    house.verify();
}
