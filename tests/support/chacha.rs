//! The bare XChaCha20 key stream (RFC 8439, section 2.3; draft-irtf-cfrg-xchacha-03, section 2.2), for trying many keys.
//!
//! Tests are built without optimization, where the cipher crate needs forty microseconds a key and this needs two: words
//! are kept in u64, so that no operation is a call.

const WORD: u64 = 0xffff_ffff;

type Words = [u64; 16];

macro_rules! quarter {
    ($a:ident, $b:ident, $c:ident, $d:ident) => {
        $a = ($a + $b) & WORD;
        $d ^= $a;
        $d = ($d << 16 | $d >> 16) & WORD;
        $c = ($c + $d) & WORD;
        $b ^= $c;
        $b = ($b << 12 | $b >> 20) & WORD;
        $a = ($a + $b) & WORD;
        $d ^= $a;
        $d = ($d << 8 | $d >> 24) & WORD;
        $c = ($c + $d) & WORD;
        $b ^= $c;
        $b = ($b << 7 | $b >> 25) & WORD;
    };
}

/// The first 32 bytes of the stream that encrypts the message: those of block 1, since block 0 makes the tag's key.
pub(crate) fn stream(key: &[u8; 32], nonce: &[u8; 24]) -> [u8; 32] {
    let words = block_one(key, nonce);
    let mut bytes = [0; 32];
    for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&low(word).to_le_bytes());
    }
    bytes
}

/// The first four bytes of the same.
pub(crate) fn first_word(key: &[u8; 32], nonce: &[u8; 24]) -> u32 {
    low(block_one(key, nonce)[0])
}

fn block_one(key: &[u8; 32], nonce: &[u8; 24]) -> [u64; 8] {
    let hashed = twenty_rounds(state(
        words(key),
        [&nonce[..4], &nonce[4..8], &nonce[8..12], &nonce[12..16]].map(word),
    ));
    let subkey = [
        hashed[0], hashed[1], hashed[2], hashed[3], hashed[12], hashed[13], hashed[14], hashed[15],
    ];
    let before = state(subkey, [1, 0, word(&nonce[16..20]), word(&nonce[20..])]);
    let after = twenty_rounds(before);
    std::array::from_fn(|at| (before[at] + after[at]) & WORD)
}

fn state(key: [u64; 8], last: [u64; 4]) -> Words {
    let [k0, k1, k2, k3, k4, k5, k6, k7] = key;
    let [l0, l1, l2, l3] = last;
    [
        0x6170_7865,
        0x3320_646e,
        0x7962_2d32,
        0x6b20_6574,
        k0,
        k1,
        k2,
        k3,
        k4,
        k5,
        k6,
        k7,
        l0,
        l1,
        l2,
        l3,
    ]
}

fn twenty_rounds(words: Words) -> Words {
    let [
        mut a0,
        mut a1,
        mut a2,
        mut a3,
        mut b0,
        mut b1,
        mut b2,
        mut b3,
        mut c0,
        mut c1,
        mut c2,
        mut c3,
        mut d0,
        mut d1,
        mut d2,
        mut d3,
    ] = words;
    let mut round = 0;
    while round < 10 {
        quarter!(a0, b0, c0, d0);
        quarter!(a1, b1, c1, d1);
        quarter!(a2, b2, c2, d2);
        quarter!(a3, b3, c3, d3);
        quarter!(a0, b1, c2, d3);
        quarter!(a1, b2, c3, d0);
        quarter!(a2, b3, c0, d1);
        quarter!(a3, b0, c1, d2);
        round += 1;
    }
    [
        a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3,
    ]
}

fn words(key: &[u8; 32]) -> [u64; 8] {
    std::array::from_fn(|at| word(&key[4 * at..4 * at + 4]))
}

fn word(bytes: &[u8]) -> u64 {
    u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn low(word: u64) -> u32 {
    u32::try_from(word & WORD).unwrap()
}
