//! A07: a field of the wrong type is refused, not interpreted.

use serde_json::{Value, json};

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Verdict};
use crate::target::Target;

pub(super) const A07: Case = Case {
    id: "A07",
    level: Level::Must,
    claim: "A user name or password that is no string is refused, whatever it holds.",
    source: "ASVS 15.3.5, 2.2.1; PortSwigger, multiple credentials per request",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: only_strings_log_in,
};

fn only_strings_log_in(target: &Target) -> Verdict {
    let user = &target.user;
    let right = target.login(user)?.credential;
    target.control_before(&right, user)?;
    let body = target.login_body(&user.username, &user.password);
    let (name, secret) = (
        target.fields.username.clone(),
        target.fields.password.clone(),
    );
    for (field, value) in [(&name, &user.username), (&secret, &user.password)] {
        for wrong in disguises(value) {
            let mut body = body.clone();
            body[field] = wrong.clone();
            try_body(
                target,
                &body,
                &format!("a login whose `{field}` is {}", kind(&wrong)),
            )?;
        }
        let mut without = body.clone();
        without
            .as_object_mut()
            .and_then(|object| object.remove(field));
        try_body(target, &without, &format!("a login without `{field}`"))?;
    }
    for wrong in [
        json!([body]),
        json!([name, secret]),
        json!(null),
        json!(true),
        json!("login"),
        json!({}),
    ] {
        try_body(
            target,
            &wrong,
            &format!("a login whose body is {}", kind(&wrong)),
        )?;
    }
    // Both wrong at once, as when a filter compares them with each other.
    for wrong in [json!(null), json!(true), json!([]), json!({}), json!(0)] {
        let mut body = body.clone();
        body[&name] = wrong.clone();
        body[&secret] = wrong.clone();
        try_body(
            target,
            &body,
            &format!("a login with {} twice", kind(&wrong)),
        )?;
    }
    if let (Some(token), Some(route)) = (&right.refresh, &target.routes.refresh) {
        for wrong in disguises(token) {
            let mut body = json!({});
            body[&target.fields.refresh_token] = wrong.clone();
            let exchange = target.send_patiently(&target.request(route).json(&body))?;
            target.rejected(&exchange, &format!("a refresh with {}", kind(&wrong)))?;
        }
    }
    target.control_after(&right, user, "logins of the wrong type")?;
    target.login(user)?;
    Ok(Proof::Holds)
}

fn try_body(target: &Target, body: &Value, what: &str) -> Result<(), crate::outcome::Stop> {
    let request = target.request(&target.routes.login).json(body);
    target.rejected(&target.send_patiently(&request)?, what)
}

/// The right value and wildcards, in every JSON type but a string.
fn disguises(value: &str) -> Vec<Value> {
    vec![
        json!([value]),
        json!(["123456", "password", value]),
        json!([[value]]),
        json!([]),
        json!({ "value": value }),
        json!({ "0": value }),
        json!({ "$ne": null }),
        json!({ "$gt": "" }),
        json!({}),
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1.5),
    ]
}

fn kind(value: &Value) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(list) if list.len() > 1 => "a list of candidates",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    kind.to_owned()
}
