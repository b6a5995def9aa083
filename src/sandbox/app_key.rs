//! The public key of an app, and the signed statements of its holder (RFC 7519, RS256 of RFC 7518 section 3.3).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

/// `rsaEncryption` as an AlgorithmIdentifier in DER (RFC 3279 section 2.3.1).
const RSA: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;

/// An RSAPublicKey in DER (RFC 8017 appendix A.1.1).
#[derive(Clone, PartialEq, Eq)]
pub(super) struct AppKey(Vec<u8>);

impl AppKey {
    /// Reads `PUBLIC KEY` (RFC 5280 section 4.1, what OpenSSL writes) and `RSA PUBLIC KEY`.
    pub(super) fn from_pem(pem: &str) -> Option<Self> {
        let (label, rest) = pem.split_once("-----BEGIN ")?.1.split_once("-----")?;
        let body = rest.split_once("-----END ")?.0;
        let plain: String = body.split_whitespace().collect();
        let der = STANDARD.decode(plain).ok()?;
        match label {
            "RSA PUBLIC KEY" => Some(Self(der)),
            "PUBLIC KEY" => {
                let inside = contents(&der, SEQUENCE)?.strip_prefix(&RSA)?;
                // The first byte of a bit string counts the bits that are not used.
                let key = contents(inside, BIT_STRING)?.strip_prefix(&[0])?;
                Some(Self(key.to_vec()))
            }
            _ => None,
        }
    }

    /// Whether this key's holder has signed the statement.
    pub(super) fn has_signed(&self, statement: &Statement) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0)
            .verify(statement.signed.as_bytes(), &statement.signature)
            .is_ok()
    }
}

/// A JSON Web Token that claims to be signed by RS256; who signed it is not known yet.
pub(super) struct Statement {
    pub(super) claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Statement {
    pub(super) fn read(jwt: &str) -> Option<Self> {
        let (signed, signature) = jwt.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        // No other algorithm is taken, so that none can be chosen by who sends it (RFC 8725 section 3.1).
        if json(header)?.get("alg")? != "RS256" {
            return None;
        }
        Some(Self {
            claims: json(claims)?,
            signed: signed.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }
}

/// What stands in a DER value of that tag at the start of `der`.
fn contents(der: &[u8], tag: u8) -> Option<&[u8]> {
    let (&short, rest) = der.strip_prefix(&[tag])?.split_first()?;
    if short < 0x80 {
        return rest.get(..usize::from(short));
    }
    let (long, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
    let length = long.iter().try_fold(0_usize, |sum, byte| {
        sum.checked_mul(256)?.checked_add(usize::from(*byte))
    })?;
    rest.get(..length)
}
