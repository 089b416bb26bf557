//! What is the same in all three servers: health, readiness, the contract, and
//! the answers for what is not there.

use std::sync::OnceLock;

use actix_web::{
    HttpResponse, ResponseError, Route, guard,
    http::Method,
    web::{self, ServiceConfig},
};
use store::Store;

use crate::Problem;

const OPENAPI_YAML: &str = include_str!("../../../docs/contract/openapi.yaml");

/// A route for `GET` and `HEAD`, which differ only in that HEAD sends no body.
pub fn read() -> Route {
    // `guard::Get` writes down for each request that it was asked; nobody reads that here.
    let reads =
        |request: &guard::GuardContext| matches!(request.head().method, Method::GET | Method::HEAD);
    web::route().guard(guard::fn_guard(reads))
}

/// The answer for every method that a route does not take; `allow` lists those it takes.
pub fn other_methods(allow: &'static str) -> Route {
    web::to(move || async move { Problem::MethodNotAllowed(allow).error_response() })
}

/// `/healthz`, `/readyz`, `/openapi.json`. `ready` is the store to ask, where
/// the server cannot work without one.
pub fn service(config: &mut ServiceConfig, ready: Option<Store>) {
    config
        .service(
            web::resource("/healthz")
                .route(read().to(|| async { status_ok("alive") }))
                .default_service(other_methods("GET, HEAD")),
        )
        .service(
            web::resource("/readyz")
                .route(read().to(move || readyz(ready.clone())))
                .default_service(other_methods("GET, HEAD")),
        )
        .service(
            web::resource("/openapi.json")
                .route(read().to(openapi))
                .default_service(other_methods("GET, HEAD")),
        );
}

async fn readyz(store: Option<Store>) -> Result<HttpResponse, Problem> {
    if let Some(store) = store {
        store.ping().await?;
    }
    Ok(status_ok("ready"))
}

fn status_ok(status: &str) -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": status }))
}

async fn openapi() -> HttpResponse {
    static JSON: OnceLock<String> = OnceLock::new();
    let json = JSON.get_or_init(|| {
        let document: serde_json::Value =
            serde_saphyr::from_str(OPENAPI_YAML).expect("a test reads the same file");
        document.to_string()
    });
    HttpResponse::Ok()
        .content_type("application/json")
        .body(json.as_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_contract_is_a_document() {
        let document: serde_json::Value = serde_saphyr::from_str(super::OPENAPI_YAML).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        assert!(document["paths"]["/login"]["post"].is_object());
    }
}
