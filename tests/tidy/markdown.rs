//! Just enough Markdown: code blocks, inline code, links and headings.

/// A fenced block: the word after the fence, and its lines with their numbers.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) lines: Vec<(usize, String)>,
}

/// A document, taken apart once.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) blocks: Vec<Block>,
    /// Lines outside fences, with their numbers.
    pub(crate) prose: Vec<(usize, String)>,
}

impl Document {
    pub(crate) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let mut open: Option<Block> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let fence = line.trim_start().strip_prefix("```");
            match (fence, open.take()) {
                (Some(_), Some(block)) => document.blocks.push(block),
                (Some(language), None) => {
                    let language = language.split([',', ' ']).next().unwrap_or_default();
                    open = Some(Block {
                        language: language.to_owned(),
                        lines: Vec::new(),
                    });
                }
                (None, Some(mut block)) => {
                    block.lines.push((number, line.to_owned()));
                    open = Some(block);
                }
                (None, None) => document.prose.push((number, line.to_owned())),
            }
        }
        document
    }

    /// What stands between single backticks in the prose.
    pub(crate) fn inline_code(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (number, line) in &self.prose {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(spans.map(|span| (*number, span.to_owned())));
        }
        found
    }

    /// The targets of inline links and images: `[text](target)`.
    pub(crate) fn links(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (number, line) in &self.prose {
            let visible: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
            for (start, _) in visible.match_indices("](") {
                let target = visible[start + 2..]
                    .split([')', ' '])
                    .next()
                    .unwrap_or_default();
                found.push((*number, target.to_owned()));
            }
        }
        found
    }

    /// The anchors that headings get, by the rule that GitHub and mdBook share.
    pub(crate) fn anchors(&self) -> Vec<String> {
        self.prose
            .iter()
            .filter(|(_, line)| line.starts_with('#'))
            .map(|(_, line)| anchor(line.trim_start_matches('#')))
            .collect()
    }
}

fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ if character.is_alphanumeric() => Some(character),
            _ => None,
        })
        .collect()
}

#[test]
fn a_document_is_taken_apart() {
    let text = "# One, two\nsee [a](b.md#c) and `[no](link)`\n```sh\n$ cargo run\n```\n";
    let document = Document::parse(text);
    assert_eq!(document.anchors(), ["one-two"]);
    assert_eq!(document.links(), [(2, "b.md#c".to_owned())]);
    assert_eq!(document.inline_code(), [(2, "[no](link)".to_owned())]);
    assert_eq!(document.blocks[0].language, "sh");
    assert_eq!(document.blocks[0].lines, [(4, "$ cargo run".to_owned())]);
}
