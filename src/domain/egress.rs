//! Which addresses an outgoing message may be sent to: public ones, and what an administrator allows. A subscription must not
//! become a way to knock at doors inside (server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::network::Network;

/// Networks that are not public (RFC 6890 and the registries that it began), loopback among them.
const NOT_PUBLIC_4: [(u32, u32); 15] = [
    (net(0, 0, 0, 0), 8),
    (net(10, 0, 0, 0), 8),
    (net(100, 64, 0, 0), 10),
    (net(127, 0, 0, 0), 8),
    (net(169, 254, 0, 0), 16),
    (net(172, 16, 0, 0), 12),
    (net(192, 0, 0, 0), 24),
    (net(192, 0, 2, 0), 24),
    (net(192, 88, 99, 0), 24),
    (net(192, 168, 0, 0), 16),
    (net(198, 18, 0, 0), 15),
    (net(198, 51, 100, 0), 24),
    (net(203, 0, 113, 0), 24),
    (net(224, 0, 0, 0), 4),
    (net(240, 0, 0, 0), 4),
];

const fn net(a: u8, b: u8, c: u8, d: u8) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

/// Where messages may go.
#[derive(Debug, Clone, Default)]
pub struct EgressPolicy {
    /// Networks that are allowed though they are not public.
    pub allowed: Vec<Network>,
}

impl EgressPolicy {
    /// Whether a message may go to this address of a host that is not this machine by its name.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.allowed.iter().any(|network| network.has(address))
    }

    /// The same of a host that is called `localhost`, or is named by its address.
    #[must_use]
    pub fn permits_named(&self, address: IpAddr) -> bool {
        address.to_canonical().is_loopback() || self.permits(address)
    }
}

/// Whether anybody can have this address.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => is_public_4(four),
        IpAddr::V6(six) => is_public_6(six),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !NOT_PUBLIC_4
        .iter()
        .any(|(network, length)| (network ^ bits).leading_zeros() >= *length)
}

/// Global unicast (RFC 4291, section 2.4), without what is for documents and what carries an IPv4 address that is not public.
fn is_public_6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, _, _, g, h] = address.segments();
    let four = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (a, b) {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056).
        (0x64, 0xff9b) if c == 0 && d == 0 => is_public_4(four(g, h)),
        (0x2002, _) => is_public_4(four(b, c)),
        // Protocol assignments, Teredo among them, and documents (RFC 2928, RFC 3849, RFC 9637).
        (0x2001, low) if low < 0x200 || low == 0xdb8 => false,
        (0x3fff, low) if low < 0x1000 => false,
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_dress_are_not_public() {
        for private in [
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "127.0.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::10.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:0a00:0001::",
            "2001:0:4136:e378::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "2606:4700::1111",
            "64:ff9b::1.1.1.1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn what_is_allowed_is_reached_and_loopback_by_its_own_name_alone() {
        let reach = EgressPolicy {
            allowed: vec!["10.1.0.0/16".parse().unwrap()],
        };
        let permits = |text: &str| reach.permits(text.parse().unwrap());
        assert!(permits("10.1.2.3") && !permits("10.2.0.1") && !permits("127.0.0.1"));
        assert!(reach.permits_named("127.0.0.1".parse().unwrap()));
        assert!(reach.permits_named("::1".parse().unwrap()));
        assert!(!reach.permits_named("10.2.0.1".parse().unwrap()));
    }
}
