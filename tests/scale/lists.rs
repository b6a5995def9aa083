//! A hundred thousand connections are served and shown as ten are.

use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::filter::FilterField;
use tagout::wire::request::Request;
use tagout::wire::request::{Sort, Target, Window};
use tagout::wire::rpc;
use tagout::wire::rpc::Disconnect;
use tagout::wire::view::{Connection, Page, Run};

use crate::crowd::{self, PROVIDER, name};
use crate::glass::{Glass, count};
use crate::house::{Client, House, Server};
use crate::printed;

const MANY: u32 = 100_000;
const FEW: u32 = 10;

fn house(connections: u32) -> (House, Server) {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    crowd::fill(&house.data(), connections);
    let server = house.serve();
    (house, server)
}

fn window(after: Option<String>, reverse: bool) -> Window {
    Window {
        after,
        limit: 10,
        reverse,
        filter: String::new(),
        sort: None,
        view: None,
    }
}

fn names(page: &Page<Connection>) -> Vec<&str> {
    page.rows.iter().map(|row| row.name.as_str()).collect()
}

/// What every request that a person makes all day costs, in rows.
fn costs(client: &mut Client, connections: u32) -> Vec<(&'static str, u64)> {
    client.until_quiet();
    let middle = client
        .connections(&Window {
            limit: 1,
            ..window(None, true)
        })
        .keys
        .pop();
    let target = crowd::id(connections / 2).to_string();
    let all = Window {
        limit: 20,
        ..Window::default()
    };
    let mut costs = Vec::new();
    let requests: [(&str, Request); 9] = [
        (
            "the first rows",
            rpc::Connections(window(None, false)).into(),
        ),
        ("the last rows", rpc::Connections(window(None, true)).into()),
        (
            "the rows before the last",
            rpc::Connections(window(middle, true)).into(),
        ),
        ("the catalog", rpc::Providers(all.clone()).into()),
        (
            "a provider",
            rpc::Provider {
                id: PROVIDER.to_owned(),
            }
            .into(),
        ),
        (
            "the jobs",
            rpc::Jobs {
                connection: None,
                window: window(None, false),
            }
            .into(),
        ),
        (
            "the records",
            rpc::Records {
                connection: None,
                window: window(None, false),
            }
            .into(),
        ),
        (
            "one by its name",
            rpc::Connection {
                name: format!("{PROVIDER}/{}", name(connections / 2)),
            }
            .into(),
        ),
        (
            "a plan",
            rpc::Plan {
                connections: vec![target.clone()],
                terms: tagout::wire::rpc::PlanTerms::default(),
            }
            .into(),
        ),
    ];
    for (what, request) in requests {
        costs.push((what, client.cost(request)));
    }
    costs.push(("a disconnect", disconnect(client, target)));
    costs
}

/// What a disconnect costs, from the request to its end.
fn disconnect(client: &mut Client, connection: String) -> u64 {
    let before = client.status().rows_read;
    let asked = Disconnect {
        targets: vec![Target {
            connection,
            version: None,
        }],
        reason: Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
    };
    let run: Vec<Run> = client.ask(asked);
    let id = run[0].id.to_string();
    // The checkpoint is the last thing that is written.
    while client.ask(rpc::Run { id: id.clone() }).checkpoint.is_none() {
        client.told();
    }
    client.status().rows_read - before
}

#[test]
fn a_hundred_thousand_connections() {
    let (few, served_few) = house(FEW);
    let (many, served_many) = house(MANY);
    requests_cost_what_they_show(&served_few, &served_many);
    a_name_of_many_lists_a_few(&served_many);
    a_sorted_part_reads_each_row_once(&served_many);
    the_console_holds_a_window((&few, &many));
    a_verb_holds_a_page((&few, &many));
}

/// Another order is found by going through the list once, whatever part of it is asked for.
fn a_sorted_part_reads_each_row_once(many: &Server) {
    let mut client = many.client();
    client.until_quiet();
    let mut asked = Window {
        sort: Some(Sort {
            by: FilterField::Connection.into(),
            descending: true,
        }),
        ..window(None, false)
    };
    for part in ["the first", "the next"] {
        let page = client.connections(&asked);
        assert!(names(&page).is_sorted_by(|one, other| one >= other));
        let begun = std::time::Instant::now();
        let cost = client.cost(rpc::Connections(asked.clone()).into());
        println!(
            "{part} sorted rows: {cost} rows read in {:?}",
            begun.elapsed()
        );
        // Each connection and its place in the index, and what the ten that are shown hold.
        assert!(cost < u64::from(MANY) * 2 + 1_000, "{cost}");
        asked.after = page.keys.last().cloned();
    }
}

fn requests_cost_what_they_show(few: &Server, many: &Server) {
    let few = costs(&mut few.client(), FEW);
    let many = costs(&mut many.client(), MANY);
    for ((what, few), (_, many)) in few.into_iter().zip(many) {
        println!("{what}: {few} rows of {FEW}, {many} of {MANY}");
        // A disconnect asks as often as it is told that something changed, which differs from run to run; a plan
        // names up to fifty others, of which the small house has nine.
        let slack = match what {
            "a disconnect" => 400,
            "a plan" => 150,
            // Connections are read in pages of sixteen, twice, of which the small house fills ten.
            "a provider" => 20,
            _ => 10,
        };
        assert!(
            many <= few + slack,
            "{what} takes {many} rows of {MANY} connections, and {few} of {FEW}"
        );
    }
}

fn a_name_of_many_lists_a_few(many: &Server) {
    let mut client = many.client();
    let page = client.connections(&window(None, true));
    assert_eq!(page.total, u64::from(MANY));
    let card = client.ask(rpc::Provider {
        id: PROVIDER.to_owned(),
    });
    assert_eq!(card.card.connections_total, u64::from(MANY));
    assert_eq!(card.card.connections.len(), 3);
    // The one that was disconnected is the last, whatever it is called.
    assert_eq!(names(&page)[0], name(MANY / 2));
    assert_eq!(names(&page)[1], name(MANY - 1));
}

/// Rows go out as they come in.
fn a_verb_holds_a_page((few, many): (&House, &House)) {
    let (few_rows, few) = printed::rows(few, "jobs");
    let (many_rows, many) = printed::rows(many, "jobs");
    println!("jobs --json holds {few} KiB for {few_rows} rows, {many} KiB for {many_rows}");
    // The first ten have one, and every tenth.
    assert_eq!((few_rows, many_rows), (10, MANY as usize / 10 + 9));
    // Ten thousand rows are seven megabytes as they are printed, and more before.
    assert!(many < few + 6 * 1024, "{many} KiB, and {few} KiB");
}

fn the_console_holds_a_window((few, many): (&House, &House)) {
    let held = |house: &House, last: &str| {
        let mut glass = Glass::open(house);
        glass.shows(&name(0));
        // G goes to the end, g to the beginning; pages in between.
        glass.press("G").shows(last);
        for _ in 0..20 {
            glass.press("\x1b[5~").settle();
        }
        glass.press("g").shows(&name(0));
        glass.press("/acme-0\r").shows("contain \"acme-0\"");
        glass.shows(&name(0));
        glass.press("\x1b").settle();
        count(glass.pid()).resident
    };
    let (few, many) = (held(few, &name(FEW - 1)), held(many, &name(MANY - 1)));
    println!("the console holds {few} KiB of {FEW} connections, {many} KiB of {MANY}");
    // A row is about a kilobyte on the wire: a tenth of them would not fit into this.
    assert!(
        many < few + 8 * 1024,
        "{many} KiB before {MANY} connections, {few} KiB before {FEW}"
    );
}
