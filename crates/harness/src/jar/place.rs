//! What matches: hosts (section 5.1.3) and paths (section 5.1.4).

use url::{Host, Url};

/// The host is this domain, or one below it. An address of numbers has none below it.
pub fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    below && !domain.is_empty() && !is_address(host)
}

/// A number and no name: `127.0.0.1`, `[::1]`.
pub fn is_address(host: &str) -> bool {
    !matches!(Host::parse(host), Ok(Host::Domain(_)))
}

/// The path is this one, or one below it.
pub fn path_matches(path: &[u8], cookie: &[u8]) -> bool {
    match path.strip_prefix(cookie) {
        Some([]) => true,
        Some([next, ..]) => *next == b'/' || cookie.ends_with(b"/"),
        None => false,
    }
}

/// Where a cookie goes that names no path: the folder of the page that set it.
pub fn default_path(url: &Url) -> &[u8] {
    let path = url.path().as_bytes();
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(at) if at > 0 && path[0] == b'/' => &path[..at],
        _ => b"/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        for (host, domain) in [
            ("example.com", "example.com"),
            ("www.example.com", "example.com"),
            ("a.b.example.com", "example.com"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
        ] {
            assert!(domain_matches(host, domain), "{host} {domain}");
        }
        for (host, domain) in [
            ("example.com", "www.example.com"),
            ("badexample.com", "example.com"),
            ("example.com", "example.org"),
            ("example.com", ""),
            ("127.0.0.1", "0.0.1"),
            ("127.0.0.1", "1"),
            ("example.com.", "example.com"),
        ] {
            assert!(!domain_matches(host, domain), "{host} {domain}");
        }
    }

    #[test]
    fn paths() {
        for (path, cookie) in [
            ("/", "/"),
            ("/foo", "/"),
            ("/foo", "/foo"),
            ("/foo/", "/foo"),
            ("/foo/bar", "/foo"),
            ("/foo/bar", "/foo/"),
        ] {
            assert!(
                path_matches(path.as_bytes(), cookie.as_bytes()),
                "{path} {cookie}"
            );
        }
        for (path, cookie) in [
            ("/", "/foo"),
            ("/foobar", "/foo"),
            ("/foo", "/foo/"),
            ("/Foo", "/foo"),
            ("/bar/foo", "/foo"),
        ] {
            assert!(
                !path_matches(path.as_bytes(), cookie.as_bytes()),
                "{path} {cookie}"
            );
        }
    }

    #[test]
    fn the_folder_of_a_page() {
        for (url, folder) in [
            ("http://a.test", "/"),
            ("http://a.test/", "/"),
            ("http://a.test/page", "/"),
            ("http://a.test/one/", "/one"),
            ("http://a.test/one/page?q=/x/y#/z/", "/one"),
            ("http://a.test/one/two/page", "/one/two"),
        ] {
            assert_eq!(
                default_path(&url.parse().unwrap()),
                folder.as_bytes(),
                "{url}"
            );
        }
    }
}
