//! How long what a request carries may be.

use serde_json::{Value, json};
use tagout::wire::limits;
use tagout::wire::request::Request;

use crate::examples::example;
use crate::table::table;

/// More than the longest text that any field may have.
const TOO_LONG: usize = 300 * 1024;

/// Every text that a request can carry has a limit: each place of each example is filled with one that is too long, places that are
/// empty in the example as well.
#[test]
fn every_text_of_every_request_has_a_limit() {
    let mut tried = 0;
    for row in table().1 {
        let request = serde_json::to_value(example(&row)).unwrap();
        let mut places = Vec::new();
        texts(&request, &mut Vec::new(), &mut places);
        for place in places {
            for filling in fillings() {
                let mut filled = request.clone();
                *at(&mut filled, &place) = filling;
                // What is no text of ours, an id or a word, is not understood.
                let Ok(filled) = serde_json::from_value::<Request>(filled) else {
                    continue;
                };
                tried += 1;
                let held = limits::check(&filled);
                assert!(held.is_err(), "{} {place:?}", row.request);
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

fn fillings() -> [Value; 4] {
    let long = "x".repeat(TOO_LONG);
    [
        json!(long),
        json!([long]),
        json!({ "a": long }),
        json!({ long: "a" }),
    ]
}

/// The places of texts, and of what is empty.
fn texts(value: &Value, place: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(all) if !all.is_empty() => {
            all.iter().map(|(key, it)| (key.clone(), it)).collect()
        }
        Value::Array(all) if !all.is_empty() => (0..)
            .zip(all)
            .map(|(n, it): (usize, _)| (n.to_string(), it))
            .collect(),
        Value::Number(_) | Value::Bool(_) => return,
        _ => {
            places.push(place.clone());
            return;
        }
    };
    for (key, it) in inner {
        place.push(key);
        texts(it, place, places);
        place.pop();
    }
}

fn at<'a>(value: &'a mut Value, place: &[String]) -> &'a mut Value {
    place.iter().fold(value, |value, key| match value {
        Value::Array(all) => &mut all[key.parse::<usize>().unwrap()],
        other => &mut other[key.as_str()],
    })
}
