//! Pictures of the node as SVG: its links, the delays of its messages, what went to and fro.
//!
//! ```text
//!   Graph ──> map | heat | flow ──> svg: shapes and escaped texts ──> bytes
//! ```
//!
//! A picture is drawn for a width, so that its letters are as large as the page's, in the page's colours. It has no script, no
//! style sheet and no address in it; everything that it shows stands in the table beside it too.

mod palette;
mod svg;
mod words;
mod map;
mod heat;
mod flow;

use std::str::FromStr;

pub use palette::Scheme;

use crate::office::view::Graph;
use crate::words::Lang;

/// The narrowest picture.
pub const MIN_WIDTH: u32 = 280;
/// The widest.
pub const MAX_WIDTH: u32 = 2_000;
/// The width of a picture for which nobody says another.
pub const DEFAULT_WIDTH: u32 = 960;

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The offices, and how they are heard of.
    Map,
    /// How long messages took, office by office and hour by hour.
    Heat,
    /// How many messages went and came, hour by hour.
    Flow,
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "map" => Ok(Self::Map),
            "heat" => Ok(Self::Heat),
            "flow" => Ok(Self::Flow),
            _ => Err(()),
        }
    }
}

/// How a picture is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its width in pixels.
    pub width: u32,
    /// Its colours.
    pub scheme: Scheme,
    /// Its language.
    pub lang: Lang,
    /// The reader's clock, in minutes before UTC's.
    pub offset_min: i32,
}

/// Draws a picture.
#[must_use]
pub fn draw(kind: Kind, graph: &Graph, look: &Look) -> String {
    let look = Look { width: look.width.clamp(MIN_WIDTH, MAX_WIDTH), ..*look };
    match kind {
        Kind::Map => map::draw(graph, &look),
        Kind::Heat => heat::draw(graph, &look),
        Kind::Flow => flow::draw(graph, &look),
    }
}

#[cfg(test)]
mod tests;
