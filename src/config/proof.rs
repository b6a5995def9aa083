//! `[proof]`: how the proof of a token's death spreads over time.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

use crate::domain::trial::ProofPace;

/// The table as it is written: durations like `"500ms"`, `"62s"`, `"10m"`, `"24h"`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofTable {
    #[serde(default, deserialize_with = "duration")]
    apart: Option<Duration>,
    #[serde(default, deserialize_with = "duration")]
    span: Option<Duration>,
    #[serde(default, deserialize_with = "durations")]
    looks: Option<Vec<Duration>>,
    #[serde(default, deserialize_with = "duration")]
    long: Option<Duration>,
}

impl ProofTable {
    /// What is not written is as by default.
    pub(super) fn pace(self) -> ProofPace {
        let default = ProofPace::default();
        ProofPace {
            apart: self.apart.unwrap_or(default.apart),
            span: self.span.unwrap_or(default.span),
            looks: self.looks.unwrap_or(default.looks),
            long: self.long.unwrap_or(default.long),
        }
    }
}

pub(super) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    read(&String::deserialize(deserializer)?).map(Some)
}

fn durations<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Duration>>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = texts.iter().map(|text| read(text));
    read.collect::<Result<_, _>>().map(Some)
}

fn read<E: serde::de::Error>(text: &str) -> Result<Duration, E> {
    let wrong = |why: &str| E::custom(format!("{text:?} {why}; write for example \"62s\""));
    let read: SignedDuration = text.parse().map_err(|_| wrong("is not a duration"))?;
    let read = Duration::try_from(read).map_err(|_| wrong("is negative"))?;
    match read.is_zero() {
        true => Err(wrong("is nothing")),
        false => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        let proof: ProofTable =
            toml::from_str("apart = \"20ms\"\nlooks = [\"5s\", \"10m\"]").unwrap();
        let pace = proof.pace();
        assert_eq!(pace.apart, Duration::from_millis(20));
        assert_eq!(
            pace.looks,
            [Duration::from_secs(5), Duration::from_secs(600)]
        );
        assert_eq!(pace.span, ProofPace::default().span);
        for wrong in [
            "span = \"soon\"",
            "span = \"-1s\"",
            "span = \"0s\"",
            "spam = \"1s\"",
        ] {
            assert!(toml::from_str::<ProofTable>(wrong).is_err(), "{wrong}");
        }
    }
}
