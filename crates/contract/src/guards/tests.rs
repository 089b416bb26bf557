//! What the guards do below the paths of `Face::own_shapes`, and beside them.

use actix_web::{
    App, HttpResponse, ResponseError,
    error::ErrorImATeapot,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName},
    },
    test::{TestRequest, call_service, init_service, read_body},
    web,
};

use super::{Carrier, Guards, Policy, json_config};
use crate::{Problem, serve::Face};

const OWN: &str = "http://good.test";
const IN_ITS_OWN_SHAPE: &str = r#"{"detail":"no"}"#;
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Seen {
    fn says(&self, name: HeaderName, value: &str) -> bool {
        self.headers.get(name).is_some_and(|sent| sent == value)
    }

    fn is_problem(&self) -> bool {
        self.says(header::CONTENT_TYPE, "application/problem+json")
            && self.body.contains("urn:statelab:problem:")
    }
}

async fn ask(carrier: Carrier, request: TestRequest) -> Seen {
    let face = Face {
        carrier,
        needs_store: false,
        own_shapes: &["/own/"],
    };
    let policy = Policy {
        face,
        origins: vec![OWN.to_owned()],
        trusted_proxies: Vec::new(),
    };
    let refused = || async {
        HttpResponse::Unauthorized()
            .content_type("application/json")
            .body(IN_ITS_OWN_SHAPE)
    };
    let as_actix_writes = || async { Err::<HttpResponse, _>(ErrorImATeapot("what was sent")) };
    let number = |_: web::Path<u8>| async { "a number" };
    let app = App::new()
        .app_data(json_config())
        .route("/own/taken", web::post().to(HttpResponse::NoContent))
        .route("/own/refused", web::to(refused))
        .route("/own/text", web::to(as_actix_writes))
        .route("/own/{number}", web::to(number))
        .route("/taken", web::post().to(HttpResponse::NoContent))
        .route("/refused", web::to(refused))
        .default_service(web::to(|| async { Problem::NotFound.error_response() }))
        .wrap(Guards::new(policy));
    let app = init_service(app).await;
    let answer = call_service(&app, request.to_request()).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = read_body(answer).await.to_vec();
    Seen {
        status,
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}

#[actix_web::test]
async fn an_error_that_a_handler_writes_in_its_own_shape_goes_out_as_it_is() {
    let seen = ask(Carrier::Bearer, TestRequest::get().uri("/own/refused")).await;
    assert_eq!((seen.status.as_u16(), &*seen.body), (401, IN_ITS_OWN_SHAPE));
    assert!(seen.says(header::CACHE_CONTROL, "no-store"));
    assert!(seen.says(header::X_FRAME_OPTIONS, "DENY"));
    assert!(seen.headers.contains_key(header::WWW_AUTHENTICATE));

    let seen = ask(Carrier::Bearer, TestRequest::get().uri("/refused")).await;
    assert!(seen.is_problem(), "{}", seen.body);
}

#[actix_web::test]
async fn an_error_that_actix_writes_never_goes_out_as_it_is() {
    for path in [
        "/own/text",
        "/own/beyond",
        "/own/nothing/here",
        "/%6fwn/refused",
    ] {
        let seen = ask(Carrier::Bearer, TestRequest::get().uri(path)).await;
        assert!(seen.is_problem(), "{path}: {}", seen.body);
        assert!(!seen.body.contains("what was sent"), "{path}");
    }
}

#[actix_web::test]
async fn a_form_is_let_through_below_own_shapes_and_nowhere_else() {
    for (path, status) in [("/own/taken", 204), ("/taken", 415), ("/%6fwn/taken", 415)] {
        let request = TestRequest::post().uri(path).insert_header(FORM);
        let seen = ask(Carrier::Bearer, request.set_payload("a=b")).await;
        assert_eq!(seen.status.as_u16(), status, "{path}");
    }
}

#[actix_web::test]
async fn a_form_of_another_site_gets_nowhere_where_a_cookie_may_come_with_it() {
    let form = |origin: &'static str| {
        let request = TestRequest::post().uri("/own/taken").insert_header(FORM);
        request.insert_header(("Origin", origin)).set_payload("a=b")
    };
    for carrier in [Carrier::Cookie("login"), Carrier::BearerOrCookie] {
        assert_eq!(ask(carrier, form(OWN)).await.status, 204);
        let seen = ask(carrier, form("http://evil.test")).await;
        assert_eq!(seen.status, 403);
        assert!(seen.is_problem(), "{}", seen.body);
    }
    let with_token = form("http://evil.test").insert_header(("Authorization", "Bearer a.b.c"));
    assert_eq!(ask(Carrier::BearerOrCookie, with_token).await.status, 204);
    let with_both = form("http://evil.test")
        .insert_header(("Authorization", "Bearer x"))
        .insert_header(("Cookie", "__Host-refresh=a"));
    assert_eq!(ask(Carrier::BearerOrCookie, with_both).await.status, 403);
}
