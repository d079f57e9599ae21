//! Encrypted lines.

use crate::DistantError;
use crate::options::DistantOptions;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// What is needed to encrypt a line and to know who is at its other end; `protocols` are those that are spoken.
pub(crate) fn config(
    options: &DistantOptions,
    protocols: &[&[u8]],
) -> Result<Arc<ClientConfig>, DistantError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &options.authorities {
        add_file(&mut roots, path)?;
    }
    if roots.is_empty() {
        return Err(DistantError::new(
            "no certificates to trust were found: install 'ca-certificates', or name a file with --model-ca",
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|why| DistantError::new(format!("no encryption: {why}")))?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(Arc::new(config))
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), DistantError> {
    let name = path.display();
    let wrong = |why: &dyn std::fmt::Display| {
        DistantError::new(format!("'{name}' holds no certificates to trust: {why}"))
    };
    let found = CertificateDer::pem_file_iter(path).map_err(|why| wrong(&why))?;
    let before = roots.len();
    for certificate in found {
        let certificate = certificate.map_err(|why| wrong(&why))?;
        roots.add(certificate).map_err(|why| wrong(&why))?;
    }
    match roots.len() > before {
        true => Ok(()),
        false => Err(wrong(&"there is none in it (PEM is expected)")),
    }
}
