//! The guards as one middleware.
//!
//! One and not four nested ones: each request would be moved into four boxed futures, each guard
//! would look its policy up in a map, and a timer would be made for an answer that is there at
//! once. That took 4,200 of 52,800 instructions that `GET /me` cost cookie-state in user space.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error, HttpMessage, ResponseError,
    dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform},
    error::InternalError,
    http::Method,
};
use futures_util::future::LocalBoxFuture;
use tokio::time::{Sleep, sleep};

use super::{Policy, answer, limit, media, origin};
use crate::Problem;

/// What each request passes before a handler sees it. To be the only middleware of its app.
pub(crate) struct Guards(Rc<Policy>);

impl Guards {
    pub(crate) fn new(policy: Policy) -> Self {
        Self(Rc::new(policy))
    }
}

type Answer = Result<ServiceResponse, Error>;

impl<S> Transform<S, ServiceRequest> for Guards
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: Unpin,
{
    type Response = ServiceResponse;
    type Error = Error;
    type InitError = ();
    type Transform = Guarded<S>;
    type Future = Ready<Result<Guarded<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Guarded(Rc::new(Inside {
            policy: Rc::clone(&self.0),
            service,
        }))))
    }
}

/// The routes of a server behind its guards.
pub(crate) struct Guarded<S>(Rc<Inside<S>>);

struct Inside<S> {
    policy: Rc<Policy>,
    service: S,
}

impl<S> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: Unpin,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Passing<S>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.service.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Passing<S> {
        let own_shapes = self.0.policy.face.has_own_shapes(request.path());
        let stage = if limit::is_head_too_large(request.headers()) {
            let payload = request.take_payload();
            let refusal = limit::unread(&Problem::HeadersTooLarge, payload);
            Stage::Refused(Some(request.into_response(refusal)))
        } else {
            match request.take_payload() {
                Payload::None => self.0.pass(request),
                // What comes after `CONNECT` or an upgrade is no body, and has no end. It is not
                // read; actix-http closes the connection after the answer.
                _ if !media::has_body(request.headers()) => self.0.pass(request),
                payload => Stage::Reading(Box::pin(limit::read_whole(request, payload))),
            }
        };
        Passing {
            inside: Rc::clone(&self.0),
            own_shapes,
            stage,
            deadline: None,
        }
    }
}

impl<S> Inside<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    /// The handler, for what is let through to it.
    fn pass(&self, request: ServiceRequest) -> Stage<S::Future> {
        // What changes nothing needs no proof of where it comes from (RFC 9110 section 9.2.1).
        let refused = if request.method().is_safe() {
            None
        } else if request.method() == Method::CONNECT {
            // Its target is no path, so no route can say it.
            Some(Problem::MethodNotAllowed("GET, HEAD, POST, PUT, DELETE"))
        } else if !origin::is_trusted(&self.policy, request.headers()) {
            Some(Problem::CrossOriginRefused)
        } else if !media::is_taken(&self.policy, &request) {
            Some(Problem::UnsupportedMediaType)
        } else {
            None
        };
        match refused {
            None => Stage::Answering(self.service.call(request)),
            Some(problem) => Stage::Refused(Some(request.into_response(problem.error_response()))),
        }
    }
}

/// One request on its way.
pub(crate) struct Passing<S: Service<ServiceRequest>> {
    inside: Rc<Inside<S>>,
    own_shapes: bool,
    stage: Stage<S::Future>,
    /// Set when an answer is waited for. Most are there at once.
    deadline: Option<Pin<Box<Sleep>>>,
}

enum Stage<F> {
    /// The body comes in.
    Reading(LocalBoxFuture<'static, Result<ServiceRequest, ServiceResponse>>),
    /// A handler is at work.
    Answering(F),
    /// No handler sees it.
    Refused(Option<ServiceResponse>),
}

impl<S> Future for Passing<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: Unpin,
{
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let this = self.get_mut();
        loop {
            match &mut this.stage {
                Stage::Reading(reading) => {
                    this.stage = match ready!(reading.as_mut().poll(context)) {
                        Ok(request) => this.inside.pass(request),
                        Err(refusal) => Stage::Refused(Some(refusal)),
                    }
                }
                Stage::Answering(answer) => {
                    let answer = match Pin::new(answer).poll(context) {
                        Poll::Ready(answer) => answer,
                        Poll::Pending => {
                            let until = || Box::pin(sleep(limit::ANSWER_TIME_LIMIT));
                            let deadline = this.deadline.get_or_insert_with(until);
                            ready!(deadline.as_mut().poll(context));
                            Err(Problem::RequestTimeout.into())
                        }
                    };
                    return Poll::Ready(this.finished(answer));
                }
                Stage::Refused(refusal) => {
                    let refusal = refusal.take().expect("who has the answer asks no more");
                    return Poll::Ready(this.finished(Ok(refusal)));
                }
            }
        }
    }
}

impl<S: Service<ServiceRequest>> Passing<S> {
    fn finished(&self, answer: Answer) -> Answer {
        let policy = &self.inside.policy;
        match answer {
            Ok(response) => Ok(answer::finish(response, policy, self.own_shapes)),
            // A middleware gave up. Its own answer gets the same treatment.
            Err(error) => {
                let response = answer::finish_error(error.error_response(), policy);
                Err(InternalError::from_response("refused by a middleware", response).into())
            }
        }
    }
}
