//! What a browser says of itself, reduced to two words: more is nobody's business.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

use crate::office::Origin;
use crate::office::view::{Device, Program, System};

/// Longer than what any browser says.
const MAX_AGENT: usize = 1_024;

/// From where a request comes; `script` says that it takes a token instead of a cookie.
pub(crate) fn origin(address: IpAddr, headers: &HeaderMap, script: bool) -> Origin {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).filter(|agent| agent.len() <= MAX_AGENT);
    let Device { system, program } = device(agent.unwrap_or_default());
    Origin { address: address.to_canonical(), device: Device { system, program: if script { Program::Script } else { program } } }
}

/// Browsers name their kin as well as themselves, so the rarer names go first.
fn device(agent: &str) -> Device {
    let first = |words: &[&str]| words.iter().any(|word| agent.contains(word));
    let system = match () {
        () if first(&["Windows"]) => System::Windows,
        () if first(&["Android"]) => System::Android,
        () if first(&["iPhone", "iPad", "iPod"]) => System::Ios,
        () if first(&["Mac OS X", "Macintosh"]) => System::Macos,
        () if first(&["Linux", "X11"]) => System::Linux,
        () => System::Other,
    };
    let program = match () {
        () if first(&["YaBrowser"]) => Program::Yandex,
        () if first(&["Edg/", "EdgA/", "EdgiOS"]) => Program::Edge,
        () if first(&["Firefox", "FxiOS"]) => Program::Firefox,
        () if first(&["Chrome", "Chromium", "CriOS"]) => Program::Chrome,
        () if first(&["Safari"]) => Program::Safari,
        () => Program::Other,
    };
    Device { system, program }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_rarest_name() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                System::Windows,
                Program::Chrome,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.12 Safari/537.36",
                System::Windows,
                Program::Yandex,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                System::Android,
                Program::Chrome,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", System::Linux, Program::Firefox),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1",
                System::Ios,
                Program::Safari,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
                System::Macos,
                Program::Edge,
            ),
            ("<script>alert(1)</script>", System::Other, Program::Other),
            ("", System::Other, Program::Other),
        ];
        for (agent, system, program) in cases {
            assert_eq!(device(agent), Device { system, program }, "{agent}");
        }
    }

    #[test]
    fn an_address_is_the_one_that_people_know_and_a_token_is_a_script_s() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, "Firefox".parse().unwrap());
        let from = origin("::ffff:192.0.2.7".parse().unwrap(), &headers, true);
        assert_eq!((from.address.to_string().as_str(), from.device.program), ("192.0.2.7", Program::Script));
        headers.insert(header::USER_AGENT, "Firefox".repeat(1_000).parse().unwrap());
        assert_eq!(origin(from.address, &headers, false).device, Device::default());
    }
}
