//! TLS by rustls: versions 1.2 and 1.3, the hybrid post-quantum key exchange first.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::settings::Tls;

/// Certificate or key cannot be used.
#[derive(Debug, thiserror::Error, Clone, Copy)]
#[error("the certificate or its key cannot be used")]
pub struct BadCertificate;

/// Reads the certificate chain and its key.
///
/// # Errors
/// When a file is not PEM or the two do not belong together.
pub fn load(files: &Tls) -> Result<ServerConfig, BadCertificate> {
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| BadCertificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|_| BadCertificate)?;
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| BadCertificate)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| BadCertificate)
}
