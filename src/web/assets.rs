//! Scripts and styles, embedded in the program and compressed when it was built.

use actix_web::http::header::{self, ContentEncoding};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use super::Problem;

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Assets;

fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}

/// `GET /assets/{name}`.
///
/// # Errors
/// [`Problem::NotFound`] for a name that is not there.
pub async fn serve(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let media_type = media_type(&name).ok_or(Problem::NotFound)?;
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (file, encoding) = if let Some(file) =
        Assets::get(&format!("{name}.br")).filter(|_| accepted.contains("br"))
    {
        (file, Some(ContentEncoding::Brotli))
    } else if let Some(file) =
        Assets::get(&format!("{name}.gz")).filter(|_| accepted.contains("gzip"))
    {
        (file, Some(ContentEncoding::Gzip))
    } else {
        (Assets::get(&name).ok_or(Problem::NotFound)?, None)
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((header::VARY, "Accept-Encoding"));
    if let Some(encoding) = encoding {
        response.insert_header(encoding);
    }
    Ok(match file.data {
        std::borrow::Cow::Borrowed(bytes) => response.body(web::Bytes::from_static(bytes)),
        std::borrow::Cow::Owned(bytes) => response.body(bytes),
    })
}
