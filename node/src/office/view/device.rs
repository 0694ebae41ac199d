//! What a session came from, as coarse as a person needs it to know their own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The system of a device, by its browser's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Windows.
    Windows,
    /// Android.
    Android,
    /// iOS or iPadOS.
    Ios,
    /// macOS.
    Macos,
    /// Another Linux, such as Astra or ALT.
    Linux,
    /// None of them, or none was told.
    #[default]
    Other,
}

/// The program that signed in, by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// Yandex Browser.
    Yandex,
    /// Edge.
    Edge,
    /// Firefox.
    Firefox,
    /// Chrome, Chromium and what calls itself so.
    Chrome,
    /// Safari.
    Safari,
    /// Something that took a token instead of a cookie.
    Script,
    /// None of them, or none was told.
    #[default]
    Other,
}

/// From where a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// The system.
    pub system: System,
    /// The program.
    pub program: Program,
}
