//! How a client authenticates, by the words of an issuer's metadata (RFC 7591 2, RFC 8414 2).

use crate::domain::provider::ClientAuth;

/// How a client can authenticate from here.
pub(super) const SPOKEN: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// Whether a client can authenticate so from here.
pub(super) fn is_spoken(method: &str) -> bool {
    SPOKEN.contains(&method)
}

/// RFC 8414 2: `client_secret_basic` when nothing is said.
pub(super) fn preferred(methods: &[String]) -> ClientAuth {
    let takes = |method: &str| methods.iter().any(|taken| taken == method);
    if methods.is_empty() || takes("client_secret_basic") {
        ClientAuth::Basic
    } else if takes("client_secret_post") {
        ClientAuth::Body
    } else if takes("none") {
        ClientAuth::None
    } else {
        ClientAuth::Basic
    }
}

/// How another endpoint wants it, where it says so and does not take what the token endpoint takes. RFC 8414 2 means
/// Basic where nothing is said; servers that say nothing mean the same as at the token endpoint.
pub(super) fn other_than(at_token: ClientAuth, methods: &[String]) -> Option<ClientAuth> {
    let word = match at_token {
        ClientAuth::Basic => "client_secret_basic",
        ClientAuth::Body => "client_secret_post",
        ClientAuth::None => "none",
    };
    let takes_it = methods.is_empty() || methods.iter().any(|method| method == word);
    (!takes_it).then(|| preferred(methods))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_preferred_and_the_default() {
        let of = |methods: &[&str]| {
            preferred(
                &methods
                    .iter()
                    .map(|method| (*method).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of(&[]), ClientAuth::Basic);
        assert_eq!(
            of(&["client_secret_post", "client_secret_basic"]),
            ClientAuth::Basic
        );
        assert_eq!(
            of(&["private_key_jwt", "client_secret_post"]),
            ClientAuth::Body
        );
        assert_eq!(of(&["none"]), ClientAuth::None);
    }
}
