//! kill -9 at random moments. After each the next server finds everything that was acknowledged, and ends what was begun.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tagout::sandbox::Vendor;
use tagout::wire::rpc;

use crate::destroyed::{no_orphans, no_token_in_plain_sight};
use crate::house::{BOT, House, Ran, rows, text, window};
use crate::liars::truthful;
use crate::serving::LONG;

const LEDGER: Vendor = Vendor::Ledger;
const KILLS: usize = 52;

/// A xorshift generator: whoever sees a failure can repeat its choices, if not its timing.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap();
        let seed = std::env::var("STORY_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(now.subsec_nanos()) | 1);
        println!("STORY_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    fn within(&mut self, whole: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(whole.as_micros()).unwrap()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Connect,
    Sync,
    Disconnect,
}

/// What was acknowledged before a kill.
#[derive(Default)]
struct Acknowledged {
    entries: u64,
    records: u64,
    /// A run that was begun.
    run: Option<String>,
    /// What a verb that ended with success has said of the connection.
    status: Option<&'static str>,
}

struct Story {
    house: House,
    dice: Dice,
    connection: Option<String>,
    /// How long each takes when nobody interrupts.
    takes: BTreeMap<Act, Duration>,
}

impl Story {
    fn next_act(&mut self) -> Act {
        let status = self
            .connection
            .as_ref()
            .map(|id| self.house.connection(id)["status"].clone());
        match status {
            Some(status) if status == "connected" => {
                if self.dice.below(3) == 0 {
                    Act::Sync
                } else {
                    Act::Disconnect
                }
            }
            Some(status) if status == "revoked" => Act::Connect,
            // A refresh token that was spent by a call whose answer died with the server.
            Some(_) => Act::Disconnect,
            None => Act::Connect,
        }
    }

    /// Begins it by verb.
    fn begin(&self, act: Act) -> Receiver<Ran> {
        match act {
            Act::Connect => {
                let mut running = self.house.spawn(&[
                    "connect",
                    "ledger",
                    "--flow",
                    "paste",
                    "--json",
                    "--enable-jobs",
                ]);
                let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
                let back = self.house.allow(text(&line, "url"), BOT);
                running.say(&format!("{back}\n"));
                running.ending()
            }
            Act::Sync => {
                let job = self.house.jobs(self.id())[0].clone();
                self.house
                    .spawn(&["jobs", "run", text(&job, "id"), "--json"])
                    .ending()
            }
            Act::Disconnect => self
                .house
                .spawn(&["disconnect", self.id(), "--yes", "--json"])
                .ending(),
        }
    }

    fn id(&self) -> &str {
        self.connection.as_deref().unwrap()
    }

    fn status(&self) -> Value {
        self.house.ask(rpc::Status)
    }

    fn records(&self) -> u64 {
        let page: Value = self.house.ask(rpc::Records {
            connection: None,
            window: window(),
        });
        page["total"].as_u64().unwrap()
    }

    /// Lets the act run for as long as the dice say, and kills the server.
    fn interrupted(&mut self, act: Act) -> Acknowledged {
        let mut known = Acknowledged {
            entries: self.status()["audit_entries"].as_u64().unwrap(),
            records: self.records(),
            ..Acknowledged::default()
        };
        let ending = self.begin(act);
        let moment = self.dice.within(self.takes[&act]);
        let early = ending.recv_timeout(moment).ok();
        self.house.kill();
        let ran = early.unwrap_or_else(|| ending.recv_timeout(LONG).unwrap());
        let last: Option<Value> = ran
            .out
            .lines()
            .last()
            .map(|line| serde_json::from_str(line).unwrap());
        known.run = last
            .as_ref()
            .and_then(|line| line["run"].as_str().or(line["run"]["id"].as_str()))
            .map(str::to_owned);
        if ran.code == 0 {
            known.status = match act {
                Act::Connect => Some("connected"),
                Act::Disconnect => Some("revoked"),
                Act::Sync => None,
            };
        }
        known
    }

    /// The next server ends what was begun, and has lost nothing.
    fn recovered(&mut self, act: Act, known: &Acknowledged) {
        // Ours is the one that can be killed.
        self.house.serve_alone();
        let at_rest = |status: &Value| status["runs_open"] == 0 && status["jobs_running"] == 0;
        let status = self.house.until(|| rpc::Status, at_rest);
        assert!(status["audit_entries"].as_u64().unwrap() >= known.entries);
        assert!(self.records() >= known.records);
        let connections: Value = self.house.ask(rpc::Connections(window()));
        if let Some(connection) = rows(&connections).first() {
            self.connection = Some(text(connection, "id").to_owned());
        }
        assert!(rows(&connections).len() <= 1, "one account, one connection");
        if let Some(status) = known.status {
            assert_eq!(
                self.house.connection(self.id())["status"],
                status,
                "{act:?}"
            );
        }
        if let Some(run) = &known.run {
            let run = self.house.ended(run);
            truthful(&self.house, LEDGER, &run, "after a kill");
        }
        self.whole(act);
    }

    fn whole(&self, act: Act) {
        let Some(id) = &self.connection else { return };
        let connection = self.house.connection(id);
        let secrets = connection["credentials"].as_array().unwrap();
        let kept = secrets
            .iter()
            .filter(|secret| secret["is_deleted"] == false)
            .count();
        match text(&connection, "status") {
            "revoked" => assert_eq!(kept, 0, "{act:?}: {connection:#}"),
            "disconnecting" => panic!("{act:?}: {connection:#}"),
            _ => assert!(kept >= 2, "{act:?}: {connection:#}"),
        }
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing() {
    let mut story = Story {
        house: House::with(&[LEDGER]),
        dice: Dice::new(),
        connection: None,
        takes: BTreeMap::new(),
    };
    story.house.tune(LEDGER, |it| it.items = Some(150));
    for act in [Act::Connect, Act::Sync, Act::Disconnect] {
        let begun = Instant::now();
        let ran = story.begin(act).recv_timeout(LONG).unwrap();
        assert_eq!(ran.code, 0, "{}", ran.err);
        if act == Act::Connect {
            let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
            story.connection = Some(text(&last["connection"], "id").to_owned());
        }
        if act != Act::Disconnect {
            story
                .house
                .synced(story.id(), |status| status == "succeeded");
        }
        story.takes.insert(act, begun.elapsed());
    }
    println!("uninterrupted: {:?}", story.takes);
    let begun = Instant::now();
    let mut killed = BTreeMap::<Act, usize>::new();
    for kill in 1..=KILLS {
        let act = story.next_act();
        let known = story.interrupted(act);
        story.recovered(act, &known);
        *killed.entry(act).or_default() += 1;
        // The log only grows, so what a kill has broken is still broken now; and the verifier looks at every signature.
        if kill % 13 == 0 {
            story.house.verify();
            no_orphans(&story.house);
            no_token_in_plain_sight(&story.house.data());
            story.house.no_blobs();
        }
    }
    println!("{KILLS} kills in {:?}: {killed:?}", begun.elapsed());
}
