//! Leaves out of scripts and styles what only their readers need: indentation and comments on lines of their own.
//!
//! Lines keep their numbers, so that a browser's error leads to the file as it is in the source tree.

/// The same program in fewer bytes.
///
/// It knows no grammar: a file must not have a line inside a template literal that begins as a comment does, and must
/// not depend on the indentation inside one. The page's tests hold its files to that.
pub(super) fn slim(source: &str) -> String {
    let mut inside = false;
    let mut result = String::with_capacity(source.len());
    for line in source.lines() {
        let code = line.trim_start();
        let begins = code.starts_with("/*");
        if inside || begins {
            inside = !code.ends_with("*/");
        } else if !code.starts_with("//") {
            result.push_str(code);
        }
        result.push('\n');
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_on_its_line() {
        let source = "// Says.\n\n/** Adds\n * two. */\nexport const f = (a) =>\n  a + 2; // two\n/* one */\n  g(`a //b`);\n";
        assert_eq!(slim(source), "\n\n\n\nexport const f = (a) =>\na + 2; // two\n\ng(`a //b`);\n");
    }
}
