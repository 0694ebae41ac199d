//! The colours of the page, for pictures that cannot read its style sheet.

use std::str::FromStr;

/// A scheme of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scheme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// Black, white and yellow.
    Contrast,
}

impl FromStr for Scheme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            "contrast" => Ok(Self::Contrast),
            _ => Err(()),
        }
    }
}

/// Colours by what they are for.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) paper: &'static str,
    pub(super) raised: &'static str,
    pub(super) line: &'static str,
    pub(super) ink: &'static str,
    pub(super) faint: &'static str,
    pub(super) accent: &'static str,
    pub(super) accent_ink: &'static str,
    pub(super) good: &'static str,
    pub(super) warn: &'static str,
    pub(super) bad: &'static str,
    /// From a short delay to a long one: each farther from the paper than the one before.
    pub(super) steps: [&'static str; 5],
    /// The letters on each of them.
    pub(super) on_steps: [&'static str; 5],
}

const LIGHT: Palette = Palette {
    paper: "#ffffff",
    raised: "#f1f4f6",
    line: "#dbe1e6",
    ink: "#17222b",
    faint: "#5a6973",
    accent: "#0b6478",
    accent_ink: "#ffffff",
    good: "#1c7048",
    warn: "#8a5200",
    bad: "#b3221f",
    steps: ["#d3ecf0", "#97cfd9", "#4b9fb0", "#0b6478", "#063844"],
    on_steps: ["#17222b", "#17222b", "#17222b", "#ffffff", "#ffffff"],
};

const DARK: Palette = Palette {
    paper: "#172027",
    raised: "#202d35",
    line: "#2a3740",
    ink: "#e4eaee",
    faint: "#9aa9b4",
    accent: "#63c1d3",
    accent_ink: "#06222a",
    good: "#6dcb9a",
    warn: "#f0bd62",
    bad: "#ff8f88",
    steps: ["#1d3e48", "#24616f", "#3a8d9f", "#63c1d3", "#c3ecf3"],
    on_steps: ["#e4eaee", "#e4eaee", "#06222a", "#06222a", "#06222a"],
};

const CONTRAST: Palette = Palette {
    paper: "#000000",
    raised: "#2b2b2b",
    line: "#8a8a8a",
    ink: "#ffffff",
    faint: "#ededed",
    accent: "#ffe600",
    accent_ink: "#000000",
    good: "#7dff9e",
    warn: "#ffd24a",
    bad: "#ffaaa4",
    steps: ["#333000", "#665c00", "#998a00", "#ccb800", "#ffe600"],
    on_steps: ["#ffffff", "#ffffff", "#000000", "#000000", "#000000"],
};

impl Scheme {
    pub(super) fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Contrast => &CONTRAST,
        }
    }
}
