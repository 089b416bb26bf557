//! docker-compose.yml, read without a container engine.

use crate::binaries::understands;
use crate::{assert_found, assert_none, tree};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SERVICES: [&str; 6] = [
    "redis",
    "cookie-state",
    "session-state",
    "jwt-state",
    "auth-chain",
    "lab",
];

fn read() -> Value {
    serde_saphyr::from_str(&tree::read("docker-compose.yml"))
        .expect("docker-compose.yml is YAML without duplicate keys")
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map(|items| items.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .map(|members| members.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// The named volumes that a service mounts.
fn volumes(service: &Value) -> Vec<&str> {
    strings(&service["volumes"])
        .into_iter()
        .filter_map(|mount| mount.split(':').next())
        .filter(|source| !source.starts_with(['.', '/']))
        .collect()
}

fn faults(compose: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut mounted, mut handed) = (BTreeSet::new(), BTreeSet::new());
    for (name, service) in compose["services"].as_object().into_iter().flatten() {
        let mut finding = |words: String| findings.push(format!("{name}: {words}"));
        for port in strings(&service["ports"]) {
            if !port.starts_with("127.0.0.1:") {
                finding(format!("port {port} is published beyond loopback"));
            }
        }
        // The lab has no setting to listen beyond loopback, so there it is no hole.
        if service["network_mode"] == "host" && name != "lab" {
            finding("shares the host's network".to_owned());
        }
        if service["network_mode"] == "host" && service.get("ports").is_some() {
            finding("publishes ports of a network that is the host's own".to_owned());
        }
        let built = service.get("build").is_some();
        if !built && service["healthcheck"]["test"].is_null() {
            finding("has no health check".to_owned());
        }
        if !built
            && service["image"]
                .as_str()
                .is_none_or(|image| !image.contains(':'))
        {
            finding("does not say which release of its image".to_owned());
        }
        if built && (service["read_only"] != true || strings(&service["cap_drop"]) != ["ALL"]) {
            finding("has more rights than it needs".to_owned());
        }
        for (needed, on) in service["depends_on"].as_object().into_iter().flatten() {
            if compose["services"].get(needed).is_none() {
                finding(format!("waits for {needed}, which is no service"));
            }
            if on["condition"] != "service_healthy" {
                finding(format!("does not wait until {needed} is healthy"));
            }
        }
        for volume in volumes(service) {
            mounted.insert(volume);
            if compose["volumes"].get(volume).is_none() {
                finding(format!("mounts {volume}, which is not declared"));
            }
        }
        for secret in strings(&service["secrets"]) {
            handed.insert(secret);
            if compose["secrets"].get(secret).is_none() {
                finding(format!("takes the secret {secret}, which is not declared"));
            }
        }
        if built {
            let command = strings(&service["command"]);
            if let Err(error) = understands(&command) {
                finding(error);
            }
            for word in command {
                let secret = word.split_once("/run/secrets/").map(|(_, secret)| secret);
                if secret.is_some_and(|secret| !strings(&service["secrets"]).contains(&secret)) {
                    finding(format!("reads a secret that it is not handed: {word}"));
                }
            }
        }
    }
    for (kind, used) in [("volumes", mounted), ("secrets", handed)] {
        for unused in keys(&compose[kind]).difference(&used) {
            findings.push(format!("{kind}: nobody uses {unused}"));
        }
    }
    findings
}

#[test]
fn the_compose_file_is_sound() {
    let compose = read();
    assert_eq!(keys(&compose["services"]), BTreeSet::from(SERVICES));
    assert_none(&faults(&compose));

    let broken = json!({
        "services": {
            "redis": { "image": "redis", "network_mode": "host", "ports": ["127.0.0.1:1:1"] },
            "lab": {
                "build": ".",
                "command": ["jwt-state", "--no-such-flag", "--key-file=/run/secrets/key"],
                "ports": ["8000:8000"],
                "volumes": ["attic:/data"],
                "secrets": ["letter"],
                "depends_on": { "postgres": {} },
            },
        },
        "secrets": { "spare": {} },
    });
    let findings = faults(&broken);
    for words in [
        "redis: has no health check",
        "redis: does not say which release",
        "redis: shares the host's network",
        "redis: publishes ports",
        "lab: port 8000:8000 is published beyond loopback",
        "lab: has more rights",
        "lab: mounts attic",
        "lab: takes the secret letter",
        "lab: waits for postgres",
        "lab: does not wait until postgres is healthy",
        "--no-such-flag",
        "a secret that it is not handed",
        "nobody uses spare",
    ] {
        assert_found(&findings, words);
    }
}

/// Redis keeps its data on a volume, writes every change down, and asks for a
/// password that stands in no tracked file.
#[test]
fn redis_is_set_up_to_keep_sessions() {
    let compose = read();
    let redis = &compose["services"]["redis"];
    let command = strings(&redis["command"]).join(" ");
    assert!(command.contains("--appendonly yes"), "{command}");
    assert!(command.contains("/run/secrets/redis-conf"), "{command}");
    assert!(strings(&redis["volumes"]).contains(&"redis-data:/data"));
    for secret in compose["secrets"]
        .as_object()
        .expect("there are secrets")
        .values()
    {
        let file = secret["file"].as_str().unwrap_or_default();
        assert!(
            file.starts_with("docker/secrets/"),
            "{file} is not among the ignored files"
        );
        let name = file.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".key").unwrap_or(name);
        let script = tree::read("docker/make-secrets");
        assert!(
            script.contains(stem),
            "docker/make-secrets does not make {file}"
        );
    }
    assert_eq!(tree::read("docker/.gitignore").trim(), "/secrets/");
}
