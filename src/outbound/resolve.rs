//! Names become addresses here and nowhere else, so that what is connected to is what was looked at: a name that answers with
//! an address inside is refused however often it changes its mind.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::domain::egress::EgressPolicy;

/// The system's resolver, without the addresses that messages may not be sent to.
pub(super) struct Guarded {
    pub(super) reach: EgressPolicy,
}

/// All addresses of a host are inside.
#[derive(Debug, thiserror::Error)]
#[error(
    "{host} is {address}, which is not public; `[subscriptions] allow` of config.toml lists networks that are allowed"
)]
pub(super) struct Inside {
    pub(super) host: String,
    pub(super) address: std::net::IpAddr,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<_> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            Ok(Box::new(permitted(&reach, host, found)?.into_iter()) as Addrs)
        })
    }
}

fn permitted(
    reach: &EgressPolicy,
    host: String,
    found: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, Inside> {
    let is_here = host.trim_end_matches('.').eq_ignore_ascii_case("localhost");
    let (kept, left): (Vec<_>, Vec<_>) = found.into_iter().partition(|at| match is_here {
        true => reach.permits_named(at.ip()),
        false => reach.permits(at.ip()),
    });
    match left.first() {
        Some(at) if kept.is_empty() => Err(Inside {
            host,
            address: at.ip(),
        }),
        _ => Ok(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_it_resolves_to() {
        let reach = EgressPolicy::default();
        let at = |text: &str| -> SocketAddr { format!("{text}:0").parse().unwrap() };
        let found = |host: &str, all: &[&str]| {
            permitted(
                &reach,
                host.to_owned(),
                all.iter().map(|it| at(it)).collect(),
            )
        };
        assert_eq!(
            found("example.com", &["10.0.0.1", "1.1.1.1"]).unwrap(),
            [at("1.1.1.1")]
        );
        let inside = found("rebind.example", &["127.0.0.1"]).unwrap_err();
        assert!(inside.to_string().contains("rebind.example is 127.0.0.1"));
        assert_eq!(
            found("LOCALHOST", &["127.0.0.1"]).unwrap(),
            [at("127.0.0.1")]
        );
        assert!(found("localhost", &["10.0.0.1"]).is_err());
    }
}
