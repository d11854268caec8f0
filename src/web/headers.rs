//! The headers that every answer carries.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// Which content security policy an answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Pages with scripts: a broken script can post nothing, because no form has anywhere to go.
    Scripted,
    /// Plain pages, whose forms post to the service itself; no script runs but *Exit this page*.
    Plain,
    /// The desk: WebAssembly for the passphrase, and one worker.
    Desk,
    /// Data, assets and refusals.
    Nothing,
}

impl Policy {
    fn content(self) -> &'static str {
        match self {
            Self::Scripted => {
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                 connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            }
            Self::Plain => {
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            }
            Self::Desk => {
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
                 style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; \
                 base-uri 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types rightline"
            }
            // A worker's own policy is that of its script.
            Self::Nothing => {
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'; \
                 form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
            }
        }
    }
}

const ALWAYS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), \
         browsing-topics=(), interest-cohort=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-frame-options", "DENY"),
    ("x-robots-tag", "noindex, nofollow"),
];

const STRICT_TRANSPORT: &str = "max-age=63072000; includeSubDomains";

fn put(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    );
}

/// Whether answers go out under TLS, here or at a proxy.
#[derive(Debug, Clone, Copy)]
pub struct UnderTls(pub bool);

/// Puts the headers on every answer, the framework's own refusals included.
///
/// # Errors
/// Those of the service inside.
pub async fn strict(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let tls = request
        .app_data::<actix_web::web::Data<UnderTls>>()
        .is_some_and(|tls| tls.0);
    let mut response = next.call(request).await?;
    let policy = response
        .response()
        .extensions()
        .get::<Policy>()
        .copied()
        .unwrap_or(Policy::Nothing);
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        put(headers, name, value);
    }
    put(headers, "content-security-policy", policy.content());
    if tls {
        put(headers, "strict-transport-security", STRICT_TRANSPORT);
    }
    Ok(response)
}

/// Marks an answer with its policy.
#[must_use]
pub fn under(policy: Policy, mut response: HttpResponse) -> HttpResponse {
    response.extensions_mut().insert(policy);
    response
}
