//! What makes an open authorization worth something, its state, its PKCE verifier and its device code, is in memory alone: no
//! byte of the folders has it, and the master key opens nothing of it, while the flow is open and after every end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tagout::sandbox::Vendor;
use tagout::wire::request::FlowKind;
use tagout::wire::rpc;
use url::Url;

use crate::destroyed::{copied, no_orphans, nowhere};
use crate::house::{BOT, House, Running, files_under, text};

const LEDGER: Vendor = Vendor::Ledger;
/// The characters of a verifier: 32 random bytes in base64.
const VERIFIER: usize = 43;

/// A flow by paste and one by device, both open.
struct Open {
    paste: Running,
    device: Running,
    url: String,
    user_code: String,
    /// State and device code.
    secrets: Vec<String>,
    challenge: Vec<u8>,
}

impl Open {
    fn begin(house: &House, connection: &str) -> Self {
        let begin = |kind: &str| {
            let mut verb = house.spawn(&["reconnect", connection, "--flow", kind, "--json"]);
            let line = verb.line().unwrap();
            (verb, serde_json::from_str::<Value>(&line).unwrap())
        };
        let (device, shown) = begin("device");
        let user_code = text(&shown, "user_code").to_owned();
        let device_code = house.vendors().device_code(LEDGER, &user_code).unwrap();
        let (paste, shown) = begin("paste");
        let url = text(&shown, "url").to_owned();
        let query = |name: &str| {
            let url = Url::parse(&url).unwrap();
            let mut pairs = url.query_pairs();
            let (_, value) = pairs.find(|(key, _)| key == name).unwrap();
            value.into_owned()
        };
        Self {
            paste,
            device,
            secrets: vec![query("state"), device_code],
            challenge: URL_SAFE_NO_PAD.decode(query("code_challenge")).unwrap(),
            url,
            user_code,
        }
    }

    /// Nothing of it stands in any file, whether it is open or has ended.
    fn is_nowhere(&self, house: &House) {
        nowhere(house, &self.secrets);
        for path in files_under(&house.path("")) {
            let bytes = path.is_file().then(|| std::fs::read(&path).unwrap());
            let found = verifier_in(&bytes.unwrap_or_default(), &self.challenge);
            assert_eq!(found, None, "{}", path.display());
        }
    }
}

/// The verifier of a challenge, wherever it stands; RFC 7636 4.2 says how one follows from the other.
fn verifier_in(bytes: &[u8], challenge: &[u8]) -> Option<String> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let runs = bytes.split(|byte| !is_digit(byte));
    let mut windows = runs.flat_map(|run| run.windows(VERIFIER));
    let found = windows.find(|window| Sha256::digest(window)[..] == *challenge);
    found.map(|window| String::from_utf8_lossy(window).into_owned())
}

fn slots(house: &House) -> usize {
    let to = house.path("slots-of");
    let store = copied(house, &to);
    let in_use = store.slots_in_use().unwrap().len();
    drop(store);
    std::fs::remove_dir_all(to).unwrap();
    in_use
}

#[test]
fn what_an_authorization_is_worth_is_on_no_disk() {
    let mut house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.device_interval = Some(1));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let sealed = slots(&house);

    // Somebody gives both up.
    let open = Open::begin(&house, &id);
    open.is_nowhere(&house);
    assert_eq!(slots(&house), sealed, "nothing of a flow is sealed");
    for flow in house.json(&["flows"]).as_array().unwrap() {
        house.ok(&["flows", "cancel", text(flow, "id")]);
    }
    open.is_nowhere(&house);
    assert_ne!(open.paste.end().code, 0);
    assert_ne!(open.device.end().code, 0);

    // The server is killed.
    let open = Open::begin(&house, &id);
    house.kill();
    open.is_nowhere(&house);
    no_orphans(&house);
    house.serve();
    open.is_nowhere(&house);
    assert!(house.json(&["flows"]).as_array().unwrap().is_empty());
    open.paste.kill();
    open.device.kill();

    // One is approved, and its tokens are kept; then the connection is disconnected, which ends the other.
    let mut open = Open::begin(&house, &id);
    let back = house.allow(&open.url, BOT);
    open.paste.say(&format!("{back}\n"));
    while house.json(&["flows"]).as_array().unwrap().len() > 1 {
        std::thread::yield_now();
    }
    open.is_nowhere(&house);
    house.disconnect(&id);
    open.is_nowhere(&house);
    assert_eq!(open.paste.end().code, 0);
    assert_ne!(open.device.end().code, 0);

    // One by device is approved.
    let open = Open::begin(&house, &id);
    let state = house.vendors();
    assert!(state.decide_device(LEDGER, &open.user_code, Some(BOT)));
    while house.connection(&id)["status"] != "connected" {
        std::thread::yield_now();
    }
    open.is_nowhere(&house);
    open.paste.kill();
    open.device.kill();
    house.stop();
    no_orphans(&house);
}

/// What the search has to find, planted: otherwise its finding nothing would mean nothing.
#[test]
fn a_verifier_is_found_wherever_it_is_left() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = Sha256::digest(verifier);
    let planted = format!("\0x{verifier}\"}}\n{}", "y".repeat(99));
    let found = verifier_in(planted.as_bytes(), &challenge);
    assert_eq!(found.as_deref(), Some(verifier));
    assert_eq!(verifier_in(&planted.as_bytes()[3..], &challenge), None);
}

#[test]
fn an_instance_is_not_pending_once_its_only_authorization_died_with_the_server() {
    let mut house = House::with(&[LEDGER]);
    let instance = |house: &House| {
        let id = "ledger".to_owned();
        house.ask(rpc::Provider { id })["instance_status"].clone()
    };
    let begin = |house: &House| house.ask(rpc::Connect::new("ledger", FlowKind::Paste));
    begin(&house);
    assert_eq!(instance(&house), "pending");
    house.kill();
    house.serve();
    assert_eq!(instance(&house), "revoked");
    let ended = |entry: &&Value| entry["action"] == "connection.authorize_ended";
    let entries = house.audit();
    assert_eq!(entries.iter().filter(ended).count(), 1, "{entries:#?}");

    house.connect(LEDGER, BOT);
    assert_eq!(instance(&house), "connected");
    // An authorization that dies beside a connection takes nothing from it.
    begin(&house);
    house.kill();
    house.serve();
    assert_eq!(instance(&house), "connected");
}
