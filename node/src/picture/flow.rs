//! The flow: messages of this office above the line, those that came here below it, hour by hour.

use okrug_protocol::clock::Millis;

use super::Look;
use super::svg::{Anchor, Ink, Svg};
use super::words::hour;
use crate::office::view::{Graph, GraphHour};
use crate::words::Lang;

const HOUR_MS: u64 = 3_600_000;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 14.0;
/// The height of either half.
const HALF: f64 = 84.0;

/// The smallest round number that is not below another.
fn round_up(count: u32) -> u32 {
    let mut unit: u32 = 1;
    loop {
        for step in [1, 2, 5] {
            match unit.checked_mul(step) {
                Some(end) if end >= count => return end,
                Some(_) => {}
                None => return u32::MAX,
            }
        }
        unit = unit.saturating_mul(10);
    }
}

pub(super) fn draw(graph: &Graph, look: &Look) -> String {
    let (palette, width) = (look.scheme.palette(), f64::from(look.width));
    let most = graph.all.iter().map(|hour| hour.sent.max(hour.received)).max().unwrap_or(0);
    let end = round_up(most.max(2));
    let (cell, level) = ((width - LEFT - RIGHT) / f64::from(graph.hours.max(1)), TOP + HALF);
    let first = (graph.at.0 / HOUR_MS + 1).saturating_sub(u64::from(graph.hours));
    let mut svg = Svg::default();
    for (y, label) in [(TOP, end), (TOP + HALF / 2.0, end / 2), (level, 0), (level + HALF / 2.0, end / 2), (level + HALF, end)] {
        if y != level && end < 2 {
            continue;
        }
        svg.line((LEFT, y), (width - RIGHT, y), &format!(r#"stroke="{}""#, palette.line));
        svg.text(
            Ink { at: (LEFT - 8.0, y + 4.0), size: 11.0, bold: false, colour: palette.faint, anchor: Anchor::End },
            &label.to_string(),
        );
    }
    for each in &graph.all {
        let n = (each.start.0 / HOUR_MS).saturating_sub(first);
        let x = LEFT + f64::from(u32::try_from(n).unwrap_or(0)) * cell;
        let tall = |count: u32| HALF * f64::from(count) / f64::from(end);
        let wide = (cell - 3.0).max(1.5);
        svg.rect((x + 1.5, level - tall(each.sent)), (wide, tall(each.sent)), 2.0, &format!(r#"fill="{}""#, palette.accent));
        svg.rect((x + 1.5, level), (wide, tall(each.received)), 2.0, &format!(r#"fill="{}""#, palette.good));
    }
    svg.line((LEFT, level), (width - RIGHT, level), &format!(r#"stroke="{}""#, palette.faint));
    hours(&mut svg, look, first, graph.hours, cell, level + HALF + 18.0);
    let y = level + HALF + 44.0;
    let words = look.lang.pick(["написано здесь", "пришло сюда"], ["written here", "came here"]);
    let mut x = LEFT;
    for (colour, word) in [palette.accent, palette.good].into_iter().zip(words) {
        svg.rect((x, y - 10.0), (12.0, 12.0), 2.5, &format!(r#"fill="{colour}""#));
        svg.text(Ink { at: (x + 18.0, y), size: 12.0, bold: false, colour: palette.faint, anchor: Anchor::Start }, word);
        x += 140.0;
    }
    let (title, about) = told(graph, look.lang);
    svg.finish((width, y + 16.0), palette.paper, &title, &about)
}

fn hours(svg: &mut Svg, look: &Look, first: u64, count: u32, cell: f64, y: f64) {
    let every = if cell < 13.0 {
        6
    } else if cell < 26.0 {
        3
    } else {
        1
    };
    for n in 0..count {
        let of_day = hour(Millis((first + u64::from(n)) * HOUR_MS), look);
        if of_day.parse::<u32>().unwrap_or(0) % every == 0 {
            let at = (LEFT + (f64::from(n) + 0.5) * cell, y);
            svg.text(Ink { at, size: 11.0, bold: false, colour: look.scheme.palette().faint, anchor: Anchor::Middle }, &of_day);
        }
    }
}

fn told(graph: &Graph, lang: Lang) -> (String, String) {
    let sum = |pick: fn(&GraphHour) -> u32| graph.all.iter().map(|hour| u64::from(pick(hour))).sum::<u64>();
    let (sent, received, hours) = (sum(|hour| hour.sent), sum(|hour| hour.received), graph.hours);
    match lang {
        Lang::Ru => ("Сообщения по часам".to_owned(), format!("За {hours} ч написано здесь {sent}, пришло сюда {received}.")),
        Lang::En => ("Messages by the hour".to_owned(), format!("Within {hours} h {sent} were written here, {received} came here.")),
    }
}
