//! The directory's documents, gzipped: recipients and keys are letters, and a third of them is air. Everybody
//! gets the same bytes, and nothing in them is secret.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{PoisonError, RwLock};

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::protocol::Digest;

/// As many documents are kept; those in force are fewer.
const MOST: usize = 32;

/// Documents as they were packed when they were first asked for.
#[derive(Debug, Default)]
pub struct Packed(RwLock<HashMap<Digest, Bytes>>);

impl Packed {
    /// A document, gzipped.
    ///
    /// # Errors
    /// Never: writing to memory does not fail.
    pub fn gzip(&self, digest: Digest, document: &[u8]) -> std::io::Result<Bytes> {
        let packed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = packed.get(&digest) {
            return Ok(packed.clone());
        }
        drop(packed);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(document)?;
        let bytes = Bytes::from(gzip.finish()?);
        let mut packed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if packed.len() >= MOST {
            packed.clear();
        }
        packed.insert(digest, bytes.clone());
        Ok(bytes)
    }
}
