//! What the README tells to type, and on which machine.
//!
//! A fenced block whose first words are `sh MACHINE` is typed there, `sh each` on every office's machine.
//! `<!-- cut MACHINE -->` and `<!-- mend MACHINE -->`, which no reader sees, are done to the machine's line.
//! A block `text` right after one is what must be seen; `…` stands for what differs from day to day.

/// Where a block is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// On every office's machine.
    Each,
    /// On this one.
    Machine(String),
    /// Nowhere: this machine's line is cut.
    Cut(String),
    /// Nowhere: this machine's line is mended.
    Mended(String),
}

/// What is typed, and what must be seen then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Where.
    pub who: Who,
    /// Commands, a line each, but for what a here-document spans.
    pub commands: Vec<String>,
    /// Lines that are seen.
    pub seen: Vec<String>,
}

/// The blocks of a text, in their order.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines();
    let mut answers = false;
    while let Some(line) = lines.next() {
        let hidden = |word: &str| Some(line.strip_prefix("<!-- ")?.strip_prefix(word)?.strip_suffix(" -->")?.trim().to_owned());
        if let Some(who) = hidden("cut ").map(Who::Cut).or_else(|| hidden("mend ").map(Who::Mended)) {
            blocks.push(Block { who, commands: Vec::new(), seen: Vec::new() });
            answers = false;
            continue;
        }
        let Some(info) = line.strip_prefix("```") else {
            // Only what stands right behind a block, or a blank line away, is its answer.
            answers &= line.is_empty();
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match info.split_once(' ') {
            Some(("sh", machine)) => {
                let who = if machine == "each" { Who::Each } else { Who::Machine(machine.to_owned()) };
                blocks.push(Block { who, commands: commands(&body), seen: Vec::new() });
                answers = true;
            }
            _ if info == "text" && answers => {
                let last = blocks.last_mut().expect("an answer stands behind a block");
                last.seen = body.iter().map(|line| (*line).to_owned()).collect();
                answers = false;
            }
            _ => answers = false,
        }
    }
    blocks
}

/// One command a line; a here-document stays with its command.
fn commands(body: &[&str]) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut until: Option<&str> = None;
    for line in body {
        match (until, commands.last_mut()) {
            (Some(end), Some(command)) => {
                command.push('\n');
                command.push_str(line);
                until = (*line != end).then_some(end);
            }
            _ => {
                until = line.split_once("<<'").and_then(|(_, rest)| rest.split('\'').next());
                commands.push((*line).to_owned());
            }
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_say_where_what_and_what_is_seen_then() {
        let text = "# A\n```sh each\na b\n```\n\n```text\nOK …\n```\n    c\n```sh x\ncat > f <<'END'\n1;2\nEND\nd\n```\nwords\n```text\nno\n```\n<!-- cut x -->\n<!-- mend x -->\n<!-- words -->\n";
        let each = Block { who: Who::Each, commands: vec!["a b".into()], seen: vec!["OK …".into()] };
        let x = Block { who: Who::Machine("x".into()), commands: vec!["cat > f <<'END'\n1;2\nEND".into(), "d".into()], seen: vec![] };
        let [cut, mend] = [Who::Cut("x".into()), Who::Mended("x".into())].map(|who| Block { who, commands: vec![], seen: vec![] });
        assert_eq!(blocks(text), [each, x, cut, mend]);
    }
}
