//! How the provider files are pointed at the sandbox.

use super::clients::Client;
use super::vendors::{App, Vendor};

/// A shell command for every provider file, with the vendor's name above.
pub(super) fn commands(base_url: &str) -> String {
    let of_vendor = |vendor: Vendor| {
        let apps = vendor.profile().apps.iter();
        let lines: String = apps.map(|app| command(base_url, vendor, app)).collect();
        format!("# {}\n{lines}", vendor.title())
    };
    Vendor::ALL.map(of_vendor).join("\n")
}

fn command(base_url: &str, vendor: Vendor, app: &App) -> String {
    let client = Client::of_provider(app.provider);
    let mut line = format!("tagout providers configure {}", app.provider);
    if let Some(secret) = client.client_secret.filter(|_| vendor.has_clients()) {
        line = format!(
            "printf {secret} | {line} --client-id {} --client-secret-file -",
            client.client_id
        );
    }
    for (name, path) in app.vars {
        line = format!("{line} --var {name}={base_url}{path}");
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_is_named_with_its_client_and_where_it_is() {
        let all = commands("http://127.0.0.1:8975");
        for line in [
            "# Pipedrive",
            "printf sandbox-gmail-secret | tagout providers configure gmail --client-id sandbox-gmail \
             --client-secret-file - --var accounts=http://127.0.0.1:8975/google \
             --var oauth=http://127.0.0.1:8975/google --var openid=http://127.0.0.1:8975/google \
             --var api=http://127.0.0.1:8975/google",
            "tagout providers configure postmark --var api=http://127.0.0.1:8975/postmark",
        ] {
            assert!(all.lines().any(|it| it == line), "{line}\nis not in\n{all}");
        }
        assert_eq!(
            all.lines()
                .filter(|line| line.contains("configure"))
                .count(),
            14
        );
    }
}
