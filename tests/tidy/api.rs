//! The contract is sound: its references lead somewhere, and the book says
//! every route and every problem.

use crate::{assert_found, assert_none, tree};
use serde_json::Value;
use std::collections::BTreeSet;

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

fn document() -> Value {
    serde_saphyr::from_str(&tree::read("docs/contract/openapi.yaml"))
        .expect("openapi.yaml is YAML without duplicate keys")
}

/// Every `$ref` below a value that points at nothing.
fn dangling(value: &Value, document: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member.as_str() {
                Some(target) if name == "$ref" => {
                    let found = target.strip_prefix('#').and_then(|p| document.pointer(p));
                    if found.is_some() {
                        vec![]
                    } else {
                        vec![format!("{target} is not there")]
                    }
                }
                _ => dangling(member, document),
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .flat_map(|item| dangling(item, document))
            .collect(),
        _ => vec![],
    }
}

/// One route: its method and path, its operation, and the operation's object.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"]
        .as_object()
        .expect("the contract has paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let id = operation["operationId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                let route = format!("{} {path}", method.to_uppercase());
                found.push((route, id, operation.clone()));
            }
        }
    }
    found
}

#[test]
fn references_lead_somewhere() {
    let document = document();
    assert_none(&dangling(&document, &document));
    let broken: Value = serde_json::json!({"a": [{"$ref": "#/components/schemas/Nobody"}]});
    assert_found(&dangling(&broken, &document), "Nobody is not there");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let operations = operations(&document());
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (route, id, _) in &operations {
        if id.is_empty() || !seen.insert(id) {
            findings.push(format!("{route} has no operationId of its own"));
        }
    }
    assert_none(&findings);
    assert!(
        operations.len() >= 15,
        "the contract has {} routes",
        operations.len()
    );
}

/// What a mechanism cannot do is 501, and only what it cannot do.
#[test]
fn not_possible_here_is_said_on_both_sides() {
    let mut findings = Vec::new();
    for (route, _, operation) in operations(&document()) {
        let says = operation.get("x-mechanisms").is_some();
        let answers = operation["responses"].get("501").is_some();
        if says != answers {
            findings.push(format!(
                "{route}: x-mechanisms and the answer 501 go together"
            ));
        }
    }
    assert_none(&findings);
}

fn undocumented(document: &Value, page: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (route, _, _) in operations(document) {
        if !page.contains(&format!("`{route}`")) {
            findings.push(format!("docs/src/contract.md does not say `{route}`"));
        }
    }
    let problems = &document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    for problem in problems
        .as_array()
        .expect("the contract lists its problems")
    {
        let urn = problem.as_str().unwrap_or_default();
        let name = urn.strip_prefix("urn:statelab:problem:").unwrap_or(urn);
        if !page.contains(&format!("`{name}`")) {
            findings.push(format!("docs/src/contract.md does not say `{name}`"));
        }
    }
    findings
}

#[test]
fn the_book_says_every_route_and_every_problem() {
    let document = document();
    assert_none(&undocumented(
        &document,
        &tree::read("docs/src/contract.md"),
    ));
    assert_found(&undocumented(&document, ""), "`POST /login`");
    assert_found(&undocumented(&document, ""), "`state-too-large`");
}
