//! FORMAT.md keeps up with the code.

use okrug_protocol::labels;

const FORMAT: &str = include_str!("../FORMAT.md");

#[test]
fn every_label_is_in_the_table_of_labels() {
    for label in labels::ALL {
        let text = String::from_utf8_lossy(label.strip_suffix(&[0]).unwrap_or(label));
        assert!(FORMAT.contains(&format!("`{text}`")), "{text} is missing");
    }
}
