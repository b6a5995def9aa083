//! How the provider files are pointed at the sandbox.

use std::fmt;

use super::clients::Client;
use super::vendor::Vendor;
use super::vendors::App;

/// What one provider file needs to reach the sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Who answers it.
    pub vendor: Vendor,
    /// The provider's id.
    pub provider: &'static str,
    /// Id and secret of its client; none where people make keys.
    pub client: Option<(String, String)>,
    /// The variables of the file, by name.
    pub vars: Vec<(&'static str, String)>,
}

/// One for every provider file, vendor by vendor.
pub(super) fn all(base_url: &str) -> Vec<Setup> {
    let of_vendor = |vendor: Vendor| {
        let apps = vendor.profile().apps.iter();
        apps.map(move |app| Setup::of(base_url, vendor, app))
    };
    Vendor::ALL.into_iter().flat_map(of_vendor).collect()
}

impl Setup {
    fn of(base_url: &str, vendor: Vendor, app: &App) -> Self {
        let Client {
            client_id,
            client_secret,
            ..
        } = Client::of_provider(app.provider);
        let vars = app.vars.iter();
        Self {
            vendor,
            provider: app.provider,
            client: client_secret
                .filter(|_| vendor.takes_clients())
                .map(|secret| (client_id, secret)),
            vars: vars
                .map(|(name, value)| match value.starts_with('/') {
                    true => (*name, format!("{base_url}{value}")),
                    false => (*name, (*value).to_owned()),
                })
                .collect(),
        }
    }
}

/// As a command for a shell.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, secret)) = &self.client {
            write!(f, "printf {secret} | ")?;
        }
        write!(f, "tagout providers configure {}", self.provider)?;
        if let Some((id, _)) = &self.client {
            write!(f, " --client-id {id} --client-secret-file -")?;
        }
        for (name, value) in &self.vars {
            write!(f, " --var {name}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_is_named_with_its_client_and_where_it_is() {
        let setups = all("http://127.0.0.1:8975");
        let lines: Vec<String> = setups.iter().map(Setup::to_string).collect();
        for line in [
            "printf sandbox-gmail-secret | tagout providers configure gmail --client-id sandbox-gmail \
             --client-secret-file - --var accounts=http://127.0.0.1:8975/google \
             --var oauth=http://127.0.0.1:8975/google --var openid=http://127.0.0.1:8975/google \
             --var api=http://127.0.0.1:8975/google --var certs=http://127.0.0.1:8975/google",
            "tagout providers configure postmark --var api=http://127.0.0.1:8975/postmark",
        ] {
            assert!(
                lines.iter().any(|it| it == line),
                "{line}\nis not in\n{lines:#?}"
            );
        }
        for vendor in Vendor::ALL {
            assert!(
                setups.iter().any(|setup| setup.vendor == vendor),
                "{vendor}"
            );
        }
    }
}
