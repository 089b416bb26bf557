//! The Dockerfile, read without a container engine.

use crate::{assert_found, assert_none, manifests, tree};

/// One instruction, with continued lines joined.
struct Instruction {
    name: String,
    rest: String,
}

fn parse(text: &str) -> Vec<Instruction> {
    let mut instructions = Vec::new();
    let mut joined = String::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        match line.trim_end().strip_suffix('\\') {
            Some(start) => joined.push_str(start),
            None => {
                joined.push_str(line);
                if let Some((name, rest)) = joined.trim().split_once(' ') {
                    let (name, rest) = (name.to_uppercase(), rest.trim().to_owned());
                    instructions.push(Instruction { name, rest });
                }
                joined.clear();
            }
        }
    }
    instructions
}

/// The words of a COPY after its flags, and the stage that it copies from.
fn copied(rest: &str) -> (Option<&str>, Vec<&str>) {
    let stage = rest
        .split_whitespace()
        .find_map(|word| word.strip_prefix("--from="));
    let mut words: Vec<&str> = rest
        .split_whitespace()
        .filter(|word| !word.starts_with("--"))
        .collect();
    words.pop();
    (stage, words)
}

/// The build context has only what `.dockerignore` lets in.
fn is_sent(source: &str, ignore: &str) -> bool {
    ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .any(|allowed| source == allowed || source.starts_with(&format!("{allowed}/")))
}

fn faults(text: &str, ignore: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut stages: Vec<String> = Vec::new();
    let mut last: Vec<Instruction> = Vec::new();
    for instruction in parse(text) {
        let rest = &instruction.rest;
        match instruction.name.as_str() {
            "FROM" => {
                let words: Vec<&str> = rest.split_whitespace().collect();
                if !words[0].contains(':') || words[0].ends_with(":latest") {
                    findings.push(format!("FROM {} does not say which release", words[0]));
                }
                stages.push(words.last().copied().unwrap_or_default().to_owned());
                last.clear();
            }
            "COPY" => match copied(rest) {
                (Some(stage), _) if !stages.iter().any(|known| known == stage) => {
                    findings.push(format!("COPY --from={stage}: there is no such stage"));
                }
                (Some(_), _) => {}
                (None, sources) => {
                    for source in sources {
                        if !tree::exists(source) {
                            findings.push(format!("COPY {source}: not in the repository"));
                        } else if !is_sent(source, ignore) {
                            findings.push(format!("COPY {source}: .dockerignore keeps it out"));
                        }
                    }
                }
            },
            "ENTRYPOINT" | "CMD" => {
                if serde_json::from_str::<Vec<String>>(rest).is_err() {
                    findings.push(format!("{} {rest}: not a JSON list", instruction.name));
                }
            }
            "RUN" | "WORKDIR" | "ENV" | "ARG" | "EXPOSE" | "USER" | "HEALTHCHECK" | "LABEL" => {}
            other => findings.push(format!("{other} is not an instruction that is used here")),
        }
        last.push(instruction);
    }
    let user = last
        .iter()
        .rev()
        .find(|instruction| instruction.name == "USER");
    let is_root = |user: &str| ["root", "0"].contains(&user.split(':').next().unwrap_or_default());
    if user.is_none_or(|user| is_root(&user.rest)) {
        findings.push("the image runs as root: set USER".to_owned());
    }
    if !last
        .iter()
        .any(|instruction| instruction.name == "HEALTHCHECK")
    {
        findings.push("the image has no HEALTHCHECK".to_owned());
    }
    if stages.len() < 2 {
        findings.push("the image carries its compiler: build in a stage of its own".to_owned());
    }
    findings
}

#[test]
fn the_dockerfile_is_sound() {
    let ignore = tree::read(".dockerignore");
    assert_none(&faults(&tree::read("Dockerfile"), &ignore));

    let broken = "FROM rust AS build\nCOPY nowhere .\nCOPY README.md .\nFROM debian:12\n\
                  COPY --from=bild /a \\\n  /b\nUSER root\nCMD lab\n";
    let findings = faults(broken, &ignore);
    for words in [
        "FROM rust does not say which release",
        "COPY nowhere: not in the repository",
        "COPY README.md: .dockerignore keeps it out",
        "--from=bild: there is no such stage",
        "CMD lab: not a JSON list",
        "runs as root",
        "no HEALTHCHECK",
    ] {
        assert_found(&findings, words);
    }
    assert_found(
        &faults("FROM a:1\nUSER 1\n", &ignore),
        "carries its compiler",
    );
}

/// The layer of dependencies is built from the manifests; one that is not
/// copied stops the build.
#[test]
fn the_dependency_layer_has_every_manifest() {
    let copies: Vec<Instruction> = parse(&tree::read("Dockerfile"));
    let sources: Vec<&str> = copies
        .iter()
        .filter(|instruction| instruction.name == "COPY")
        .flat_map(|instruction| copied(&instruction.rest).1)
        .collect();
    let mut findings = Vec::new();
    for member in manifests::members().values() {
        let manifest = format!("{}/Cargo.toml", member.folder);
        if !sources.contains(&manifest.as_str()) {
            findings.push(format!("the Dockerfile does not copy {manifest}"));
        }
    }
    assert_none(&findings);
}

/// What the sources embed has to be sent to the build as well.
#[test]
fn secrets_and_made_files_stay_out_of_the_build() {
    let ignore = tree::read(".dockerignore");
    assert!(
        ignore.lines().any(|line| line == "*"),
        ".dockerignore lets in what is not named"
    );
    for path in [
        "docker/secrets/redis.conf",
        "target/debug/lab",
        ".git/config",
    ] {
        assert!(!is_sent(path, &ignore), "{path} would be sent to the build");
    }
}
