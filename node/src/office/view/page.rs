//! By which certificate the office's page is shown.

use okrug_protocol::clock::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// Whose certificate it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageSource {
    /// There is none: the page is shown without TLS, on this machine alone.
    None,
    /// The node's own.
    Own,
    /// One that was configured.
    Given,
    /// One under the district's root.
    District,
}

/// How the certificate of the office's page stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageCertificate {
    /// Whose certificate is shown.
    pub source: PageSource,
    /// The name of the page under the district's root.
    #[schema(required = true)]
    pub host: Option<String>,
    /// The SHA-256 of the root that the district's directory names.
    #[schema(required = true)]
    pub root: Option<String>,
    /// The SHA-256 of the certificate that is shown to whoever knows no root.
    #[schema(required = true)]
    pub own: Option<String>,
    /// The addresses that the office may show its page at.
    pub addresses: Vec<String>,
    /// Until when the office's certificate was issued.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub until: Option<Millis>,
    /// Until when what is shown holds; the node renews it by itself.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub leaf_until: Option<Millis>,
    /// The request for a certificate, for `okrug tls issue`.
    #[schema(required = true)]
    pub request: Option<String>,
    /// Why the certificate that was given is not shown, in Russian.
    #[schema(required = true)]
    pub fault_ru: Option<String>,
    /// The same in English.
    #[schema(required = true)]
    pub fault_en: Option<String>,
}
