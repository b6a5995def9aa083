//! The pages that a person sees in the browser: plain HTML, no script, readable by a screen reader.

use std::fmt::Write;

use super::accounts::ACCOUNTS;
use super::authorize::Asked;
use super::state::VendorState;
use super::vendor::Vendor;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;\
color:#1b1b1b;background:#fff}fieldset{border:1px solid #767676;margin:1rem 0;padding:.5rem 1rem}\
label{display:block;padding:.35rem 0}button{font:inherit;padding:.5rem 1.25rem;margin-right:.75rem}\
.note{color:#595959}";

const BUTTONS: &str = "<p><button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n\
<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button></p>\n";

/// Asks whether the app may have what it asks for, and as whom.
pub(super) fn page(state: &VendorState, asked: &Asked, query: &[(String, String)]) -> String {
    let app = escape(&asked.client_name);
    let mut main = format!(
        "<h1>{app} asks for access to {}</h1>\n",
        state.vendor.title()
    );
    main.push_str("<form method=\"post\">\n");
    for (name, value) in query
        .iter()
        .filter(|(name, _)| name != "account" && name != "decision")
    {
        let _ = writeln!(
            main,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        );
    }
    main.push_str(&account_chooser(asked.login_hint.as_deref()));
    main.push_str("<h2>What it asks for</h2>\n<ul>\n");
    for scope in asked.scope.iter().chain(&asked.user_scope) {
        let _ = writeln!(main, "<li><code>{}</code></li>", escape(scope));
    }
    if asked.scope.is_empty() && asked.user_scope.is_empty() {
        main.push_str("<li>nothing in particular</li>\n");
    }
    let _ = write!(main, "</ul>\n{BUTTONS}</form>\n");
    frame(state.vendor, &main)
}

/// Asks for the code that a device shows.
pub(super) fn device_page(vendor: Vendor, user_code: &str) -> String {
    let main = format!(
        "<h1>Connect a device to {}</h1>\n<form method=\"post\">\n\
         <label>The code on the device <input name=\"user_code\" value=\"{}\" autocomplete=\"off\" required></label>\n\
         {}{BUTTONS}</form>\n",
        vendor.title(),
        escape(user_code),
        account_chooser(None)
    );
    frame(vendor, &main)
}

/// Sends the person back to the device.
pub(super) fn device_done(vendor: Vendor) -> String {
    frame(
        vendor,
        "<h1>Thank you</h1>\n<p>Go back to your device; this page can be closed.</p>\n",
    )
}

/// Tells the person why nothing was sent to the app.
pub(super) fn refusal(vendor: Vendor, why: &str) -> String {
    frame(
        vendor,
        &format!(
            "<h1>This request cannot go on</h1>\n<p>{}</p>\n",
            escape(why)
        ),
    )
}

fn account_chooser(hint: Option<&str>) -> String {
    let mut chooser = String::from("<fieldset><legend>Continue as</legend>\n");
    let hint = hint.filter(|hint| ACCOUNTS.iter().any(|account| account.login == *hint));
    for (index, account) in ACCOUNTS.iter().enumerate() {
        let chosen = hint.map_or(index == 0, |hint| hint == account.login);
        let checked = if chosen { " checked" } else { "" };
        let limited = if account.limited {
            ", may allow the first scope only"
        } else {
            ""
        };
        let _ = writeln!(
            chooser,
            "<label><input type=\"radio\" name=\"account\" value=\"{0}\"{checked}> {1} ({0}{limited})</label>",
            account.login, account.name
        );
    }
    chooser.push_str("</fieldset>\n");
    chooser
}

fn frame(vendor: Vendor, main: &str) -> String {
    let title = vendor.title();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} (sandbox)</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{main}</main>\n\
         <p class=\"note\">A sandbox on this machine that behaves like {title}. Nothing here is real.</p>\n\
         </body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_become_markup() {
        assert_eq!(escape("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
    }
}
