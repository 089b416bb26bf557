//! What stands before each handler: the chain, and whether who it found may go on.

use actix_web::{
    Error, HttpMessage, Resource, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    http::header::{HeaderValue, VARY},
    middleware::{Next, from_fn},
    web::Data,
};
use contract::{Problem, accounts::Role};

use crate::{
    chain::{Chain, Login, LookedAtCookies},
    refusal::Failure,
};

/// Who may use a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    AllowAny,
    IsAuthenticated,
    IsAdmin,
}

impl Permission {
    fn check(self, chain: &Chain, login: Option<&Login>) -> Result<(), Failure> {
        match (self, login) {
            (Self::AllowAny, _) | (Self::IsAuthenticated, Some(_)) => Ok(()),
            (Self::IsAdmin, Some(login)) if login.user.roles.contains(&Role::Admin) => Ok(()),
            // Where nobody can log in, to ask for a login would be no help.
            (_, None) if chain.order.iter().next().is_some() => Err(Failure::NotAuthenticated),
            (Self::IsAuthenticated | Self::IsAdmin, _) => Err(Failure::PermissionDenied),
        }
    }
}

/// Puts a resource behind the chain. Who asks is known before it is looked which method he wants,
/// and before it is looked who may: so a bad token is refused on a resource for everybody, too.
pub(crate) fn behind(
    resource: Resource,
    permission: Permission,
) -> impl HttpServiceFactory + 'static {
    resource.wrap(from_fn(move |request, next| {
        pass(permission, request, next)
    }))
}

async fn pass(
    permission: Permission,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(chain) = request.app_data::<Data<Chain>>().cloned() else {
        return Ok(request.into_response(Problem::Internal.error_response()));
    };
    let found = chain.login(request.request()).await;
    let allowed = found.and_then(|login| {
        permission.check(&chain, login.as_ref())?;
        Ok(login)
    });
    let mut response = match allowed {
        Ok(login) => {
            request.extensions_mut().insert(login);
            next.call(request).await?.map_into_boxed_body()
        }
        Err(failure) => request.into_response(failure.answer(chain.order.iter().next())),
    };
    let looked = response
        .request()
        .extensions()
        .contains::<LookedAtCookies>();
    if looked {
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
    Ok(response)
}
