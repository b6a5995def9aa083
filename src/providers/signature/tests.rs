use super::*;

/// 2025-10-09T08:53:20Z. The signatures below were computed with Python's hmac and cryptography modules.
const NOW: i64 = 1_760_000_000;
const BODY: &[u8] = br#"{"a":1,"webhookTimestamp":1760000000000}"#;
const URI: &str = "https://tagout.example/webhooks/whk_1?to=a%40b.c&x=%20y";

fn judged(scheme: &str, key: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<(), NotSigned> {
    judged_at(scheme, key, headers, body, NOW)
}

fn judged_at(
    scheme: &str,
    key: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    now: i64,
) -> Result<(), NotSigned> {
    let delivery = SignedDelivery {
        method: "POST",
        uri: URI,
        headers,
        body,
    };
    let now = Timestamp::from_second(now).unwrap();
    verify(scheme, Some(&key.into()), &delivery, now)
}

/// One delivery of each kind of scheme: its name, the key, and what the vendor sends with it.
type Sent = (
    &'static str,
    &'static str,
    Vec<(&'static str, &'static str)>,
);

fn sent() -> Vec<Sent> {
    let rfc3339 = "2025-10-09T08:53:20Z";
    vec![
        (
            "stripe",
            "sekret",
            vec![(
                "stripe-signature",
                "t=1760000000,v1=00,v1=5acbb8e74c51332d35bbda844526aa15e47b8d953911cd8193b2d94961d8ba03,v0=ff",
            )],
        ),
        (
            "slack",
            "sekret",
            vec![
                ("x-slack-request-timestamp", "1760000000"),
                (
                    "x-slack-signature",
                    "v0=c6fe917f2d6fd0829b5fd986c0ebf333cb9e266837817277a2a2613778bafdd2",
                ),
            ],
        ),
        (
            "linear",
            "sekret",
            vec![(
                "linear-signature",
                "b86fcc9277606416a57bdb9af09df2547c206cff066e17bf214c965fbfd31025",
            )],
        ),
        (
            "hubspot-v3",
            "sekret",
            vec![
                ("x-hubspot-request-timestamp", "1760000000000"),
                (
                    "x-hubspot-signature-v3",
                    "tc12lEVyiSpJ5HZzEhgBY99tve1RQPC6Aj+p1Fh5A68=",
                ),
            ],
        ),
        (
            "standard-webhooks",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            vec![
                ("webhook-id", "msg_1"),
                ("webhook-timestamp", "1760000000"),
                (
                    "webhook-signature",
                    "v1,AAAA v1,f7UQx50rISqQCpo+sQIkACKLGXmRdBvIm0ZytiUaing=",
                ),
            ],
        ),
        (
            "intercom",
            "sekret",
            vec![(
                "x-hub-signature",
                "sha1=b03b99865f828db673ac0f5307d51b3a20abc13f",
            )],
        ),
        (
            "box",
            "sekret",
            vec![
                ("box-delivery-timestamp", rfc3339),
                (
                    "box-signature-secondary",
                    "Sb1IUTQcdqUaib6OcZHQtfbqD2m26k6wA9ARuwiFguU=",
                ),
            ],
        ),
        (
            "twitch",
            "sekret",
            vec![
                ("twitch-eventsub-message-id", "id-1"),
                ("twitch-eventsub-message-timestamp", rfc3339),
                (
                    "twitch-eventsub-message-signature",
                    "sha256=ba30f31f41580c72be9546c9aed627a5b8c844a4c85c29f808f83d836978fbb4",
                ),
            ],
        ),
        (
            "discord",
            "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
            vec![
                ("x-signature-timestamp", "1760000000"),
                (
                    "x-signature-ed25519",
                    "36c53f7c5c39f04604a329ed6b3ee83834af934eabbce9d36d592dd2872de951c2a8147bd20de881fec886177f841629dd784fa298e4e667f28d5b3d15376907",
                ),
            ],
        ),
        (
            "xero",
            "sekret",
            vec![(
                "x-xero-signature",
                "uG/MkndgZBale9ua8J3yVHwgbP8Gbhe/IUyWX7/TECU=",
            )],
        ),
        (
            "basic",
            "hook:pw",
            vec![("authorization", "Basic aG9vazpwdw==")],
        ),
    ]
}

#[test]
fn the_table_can_be_read_and_every_scheme_says_what_it_needs() {
    let schemes = scheme::SCHEMES.as_ref().unwrap();
    for (name, scheme) in schemes {
        let signs = !matches!(scheme.check, Check::Shared | Check::Item | Check::None);
        assert_eq!(signs, !scheme.signed.is_empty(), "{name}");
        assert_eq!(
            scheme.headers.is_empty(),
            matches!(scheme.check, Check::Item | Check::Jwt | Check::None),
            "{name}"
        );
        assert_eq!(
            scheme.signed.contains("{time}"),
            scheme.time.is_some() && scheme.time.as_ref().unwrap().pointer.is_empty(),
            "{name}"
        );
    }
}

/// The vector of GitHub's own documentation.
#[test]
fn the_documented_vector_holds() {
    let value = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let headers = [("X-Hub-Signature-256", value)];
    let judged = judged(
        "github",
        "It's a Secret to Everybody",
        &headers,
        b"Hello, World!",
    );
    assert_eq!(judged, Ok(()));
}

#[test]
fn what_a_vendor_signs_is_believed_and_every_changed_bit_is_not() {
    for (scheme, key, headers) in sent() {
        assert_eq!(judged(scheme, key, &headers, BODY), Ok(()), "{scheme}");
        assert!(
            judged(scheme, &format!("{key}00"), &headers, BODY).is_err(),
            "{scheme}: another key"
        );
        if scheme == "basic" {
            continue;
        }
        for at in 0..BODY.len() {
            let mut changed = BODY.to_vec();
            changed[at] ^= 1;
            assert!(
                judged(scheme, key, &headers, &changed).is_err(),
                "{scheme}: {at}"
            );
        }
    }
}

#[test]
fn what_was_signed_long_ago_or_will_be_is_refused_where_the_time_is_signed() {
    for (scheme, key, headers) in sent() {
        let timed = named(scheme).unwrap().time.is_some();
        for now in [NOW - 3600, NOW + 3600] {
            let judged = judged_at(scheme, key, &headers, BODY, now);
            let expected = if timed {
                Err(NotSigned::OutOfTime(3600))
            } else {
                Ok(())
            };
            assert_eq!(judged, expected, "{scheme}");
        }
    }
}

#[test]
fn a_delivery_without_its_headers_says_what_is_missing() {
    for (scheme, key, _) in sent() {
        // This one's time stands in the body, so that only the signature is missing.
        let missing = judged(scheme, key, &[], BODY);
        assert!(
            matches!(missing, Err(NotSigned::Missing(_))),
            "{scheme}: {missing:?}"
        );
    }
}

#[test]
fn every_item_has_to_carry_the_shared_state() {
    let of = |body: &str| judged("client-state", "mine", &[], body.as_bytes());
    assert_eq!(
        of(r#"{"value":[{"clientState":"mine"},{"clientState":"mine"}]}"#),
        Ok(())
    );
    assert_eq!(
        of(r#"{"value":[{"clientState":"mine"},{"clientState":"other"}]}"#),
        Err(NotSigned::Wrong)
    );
    assert!(of(r#"{"value":[]}"#).is_err());
    assert!(of("{}").is_err());
}

#[test]
fn nothing_is_believed_without_a_key_a_scheme_or_a_signature_at_all() {
    let delivery = SignedDelivery {
        method: "POST",
        uri: URI,
        headers: &[],
        body: BODY,
    };
    let now = Timestamp::from_second(NOW).unwrap();
    assert_eq!(
        verify("github", None, &delivery, now),
        Err(NotSigned::NoKey)
    );
    assert_eq!(
        verify("none", Some(&"k".into()), &delivery, now),
        Err(NotSigned::Unsigned)
    );
    assert_eq!(
        verify("smoke", Some(&"k".into()), &delivery, now),
        Err(NotSigned::UnknownScheme("smoke".to_owned()))
    );
    assert_eq!(
        (key_of("none"), key_of("shopify")),
        (None, Some(KeyOf::Client))
    );
}

#[test]
fn a_delivery_is_known_again_by_what_is_signed_of_it() {
    let known = |scheme: &str, headers: &[(&str, &str)], body: &[u8]| {
        let delivery = SignedDelivery {
            method: "POST",
            uri: URI,
            headers,
            body,
        };
        known_by(scheme, &delivery)
    };
    // The id is no part of what GitHub signs, and whoever has seen a delivery can give it another.
    let github = |id| known("github", &[("X-GitHub-Delivery", id)], BODY);
    assert_eq!(github("1"), github("2"));
    assert_ne!(github("1"), known("github", &[], b"{}"));
    // It is part of what Standard Webhooks sign.
    let standard = |id, body| {
        known(
            "standard-webhooks",
            &[("webhook-id", id), ("webhook-timestamp", "1")],
            body,
        )
    };
    assert_eq!(standard("1", BODY), standard("1", b"{}"));
    assert_ne!(standard("1", BODY), standard("2", BODY));
    // Zoom sends no id: the same body, signed at another time, is another event.
    let zoom = |at| known("zoom", &[("x-zm-request-timestamp", at)], BODY);
    assert_eq!(zoom("1"), zoom("1"));
    assert_ne!(zoom("1"), zoom("2"));
    // Dropbox says of every change of an account the same.
    assert_eq!(known("dropbox", &[], BODY), None);
    assert_eq!(known("token", &[], BODY), None);
}

#[test]
fn a_challenge_is_read_from_the_body_or_the_query() {
    let of = |scheme: &str, uri: &str, body: &[u8]| {
        let delivery = SignedDelivery {
            method: "POST",
            uri,
            headers: &[],
            body,
        };
        challenge(scheme, &delivery)
    };
    let body = br#"{"type":"url_verification","challenge":"3eZbrw"}"#;
    assert_eq!(of("slack", URI, body).as_deref(), Some("3eZbrw"));
    let asked = "https://tagout.example/webhooks/whk_1?validationToken=a%20b";
    assert_eq!(of("client-state", asked, b"").as_deref(), Some("a b"));
    assert_eq!(of("client-state", URI, b""), None);
    assert_eq!(of("github", asked, body), None);
}
