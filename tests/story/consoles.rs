//! Several consoles at one server: what one does all see, two people who act on one thing get one success and one clear
//! conflict, and a console that lost the server refuses to act.

use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::glass::{Eye, Glass};
use crate::house::{BOT, House, text};

const LEDGER: Vendor = Vendor::Ledger;
const RIGHT: &str = "\u{1b}[C";
const BACK_TAB: &str = "\u{1b}[Z";

pub(crate) fn console(house: &House) -> Glass {
    let mut glass = Glass::open(&house.env(), &[]);
    glass.shows("Connected");
    glass
}

/// Opens the dialog and fills it in, up to the button: a reason, and the name typed.
pub(crate) fn filled(glass: &mut Eye, name: &str) {
    glass
        .press("d")
        .shows("Disconnect Ledger?")
        .shows("to disconnect:");
    glass.press(&format!("\t{RIGHT}")).shows("no longer in use");
    glass.press(&BACK_TAB.repeat(3)).press(name).press("\r");
    glass.shows(name).shows("[ Disconnect ]");
}

#[test]
fn what_one_does_all_see_at_once() {
    let house = House::with(&[LEDGER]);
    let name = text(&house.connect(LEDGER, BOT), "name").to_owned();
    let (mut alice, mut bob) = (console(&house), console(&house));
    bob.press("4").shows("Nothing was disconnected yet");
    let mut carol = console(&house);
    filled(&mut alice, &name);
    let seen = house.calls(LEDGER, Endpoint::Revoke).len();
    house
        .vendors()
        .inject(Fault::new(LEDGER, Endpoint::Revoke, FaultMode::Hang).times(1));
    alice.press("\r").shows("Revoke tokens");
    house.called(LEDGER, Endpoint::Revoke, seen);
    // No key is pressed here: what is under way comes by itself, and then its end.
    carol.shows("Disconnecting");
    bob.shows("Revoke tokens")
        .press("\r")
        .shows("Disconnecting Ledger");
    house.vendors().clear_faults();
    for glass in [&mut alice, &mut bob] {
        glass.shows("Disconnect of Ledger").shows("completed");
    }
    carol.shows("Disconnected");
}

#[test]
fn of_two_people_in_the_dialog_one_succeeds_and_one_is_told() {
    let house = House::with(&[LEDGER]);
    let name = text(&house.connect(LEDGER, BOT), "name").to_owned();
    let (mut alice, mut bob) = (console(&house), console(&house));
    filled(&mut alice, &name);
    filled(&mut bob, &name);
    alice.press("\r").shows("Disconnect of Ledger");
    bob.press("\r").shows("[ Look again ]");
    bob.until("who was first", |screen| {
        screen.contains(&format!("{name} is disconnect"))
    });
    assert_eq!(house.json(&["runs"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_console_that_lost_the_server_says_so_and_sends_nothing() {
    let mut house = House::with(&[LEDGER]);
    let name = text(&house.connect(LEDGER, BOT), "name").to_owned();
    let (mut alice, mut bob) = (console(&house), console(&house));
    filled(&mut bob, &name);
    house.kill();
    alice
        .shows("no answer since")
        .press("d")
        .shows("so nothing is sent");
    bob.shows("no answer since").press("\r").shows("Not sent");
    house.serve();
    for glass in [&mut alice, &mut bob] {
        glass.until("an answer", |screen| !screen.contains("no answer since"));
    }
    assert!(house.json(&["runs"]).as_array().unwrap().is_empty());
    bob.press("\u{1b}")
        .until("no dialog", |screen| !screen.contains("Disconnect Ledger?"));
    alice.shows(&name);
}

#[test]
fn everything_is_walked_to_zero_by_keyboard_alone() {
    let house = House::with(&[LEDGER]);
    house.connect(LEDGER, BOT);
    let mut glass = console(&house);
    glass.press("w").shows("Nothing is chosen yet");
    glass.press(RIGHT).shows("taken along").press("\r");
    glass.shows("2 of 5").press(RIGHT).shows("no longer in use");
    // It is left in the middle, and taken up by another console.
    glass
        .press("\t")
        .press("INC-4411")
        .press("\t")
        .press("\u{3}");
    assert!(glass.ends());
    let mut glass = Glass::open(&house.env(), &[]);
    glass.shows("2 of 5").shows("INC-4411").press("\r");
    glass.shows("Enter asks once more").press("\r");
    glass.shows("[ Cancel ]").press("\t1 connection");
    glass.shows("1 connection_").press("\t\r");
    glass.shows("Every token is proven dead").shows("5 of 5");
    let walked = house.json(&["walkthroughs"]);
    assert_eq!(walked[0]["state"], "finished", "{walked}");
    assert_eq!(walked[0]["terms"]["ticket"], "INC-4411", "{walked}");
    let run = house.json(&["runs"]);
    let tokens = run[0]["tokens"].as_array().unwrap();
    assert_eq!((&run[0]["proven"], tokens.len()), (&2.into(), 2));
}
