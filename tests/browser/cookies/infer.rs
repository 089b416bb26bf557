//! What the harness's jar says to a case.

use anyhow::Result;
use harness::jar::{Jar, Limits, Request, Suffixes};
use time::OffsetDateTime;
use url::Url;

use super::case::{Ask, Case, How};
use super::echo::Echo;

/// The only rule of the public suffix list that the cases need.
const LIST: &str = "co.uk";

pub(super) fn answer(case: &Case, echo: &Echo) -> Result<Vec<u8>> {
    let now = OffsetDateTime::now_utc();
    let mut jar = Jar::new(Suffixes::parse(LIST), Limits::default());
    for ask in case.settings() {
        let (url, from) = addresses(&ask, echo)?;
        for line in &ask.lines {
            // A refusal shows in what is sent.
            let _ = jar.set(line, &request(&ask, &url, from.as_ref()), now);
        }
    }
    let question = case.question();
    let (url, from) = addresses(&question, echo)?;
    Ok(jar.header(&request(&question, &url, from.as_ref()), now))
}

fn addresses(ask: &Ask, echo: &Echo) -> Result<(Url, Option<Url>)> {
    let from = ask.from.as_ref().map(|from| echo.address(from).parse());
    Ok((echo.address(&ask.url).parse()?, from.transpose()?))
}

fn request<'a>(ask: &Ask, url: &'a Url, from: Option<&'a Url>) -> Request<'a> {
    Request {
        from,
        navigates: matches!(ask.how, How::Typed | How::Link | How::Post),
        is_safe: ask.how != How::Post,
        by_script: ask.how == How::Script,
        ..Request::to(url)
    }
}
