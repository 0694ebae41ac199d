//! The heat map: how long messages of this office took, office by office, by the hour in which they were written.

use okrug_protocol::clock::Millis;

use super::Look;
use super::svg::{Anchor, Ink, Svg, fitted, length};
use super::words::{clock, hour, share, short_names, span};
use crate::office::view::{Graph, GraphHour, GraphOffice};
use crate::words::Lang;

/// Upper ends of the steps of the scale, in seconds; beyond the last is one more.
const STEPS_S: [u64; 4] = [15, 60, 900, 3_600];
const HOUR_MS: u64 = 3_600_000;
const HEAD: f64 = 24.0;

/// Where what stands.
struct Grid {
    names: f64,
    sums: f64,
    cell: f64,
    row: f64,
    hours: u32,
    first: u64,
}

impl Grid {
    fn of(graph: &Graph, width: f64) -> Self {
        let names = (width * 0.26).clamp(84.0, 260.0);
        let sums = if width < 520.0 { 44.0 } else { 118.0 };
        let cell = (width - names - sums) / f64::from(graph.hours.max(1));
        let row = if graph.offices.len() <= 40 { 25.0 } else { 17.0 };
        let first = (graph.at.0 / HOUR_MS + 1).saturating_sub(u64::from(graph.hours));
        Self { names, sums, cell, row, hours: graph.hours, first }
    }

    /// The left edge of an hour's column.
    fn x(&self, start: Millis) -> f64 {
        let n = u32::try_from((start.0 / HOUR_MS).saturating_sub(self.first)).unwrap_or(self.hours);
        self.names + f64::from(n.min(self.hours)) * self.cell
    }
}

pub(super) fn draw(graph: &Graph, look: &Look) -> String {
    let (palette, width) = (look.scheme.palette(), f64::from(look.width));
    let grid = Grid::of(graph, width);
    let mut svg = Svg::default();
    axis(&mut svg, &grid, look);
    let mut names: Vec<&str> = graph.offices.iter().map(|office| office.name.as_str()).collect();
    if width < 560.0 {
        names = short_names(&names);
    }
    for (n, named) in graph.offices.iter().zip(names).enumerate() {
        row(&mut svg, &grid, named, HEAD + length(n) * grid.row, look, width);
    }
    let below = HEAD + length(graph.offices.len().max(1)) * grid.row;
    if graph.offices.iter().all(|office| office.whole.sent == 0) {
        let words = look.lang.pick("За это время здесь ничего не писали", "Nothing was written here in this time");
        let at = (grid.names + (width - grid.names - grid.sums) / 2.0, HEAD + 16.0);
        svg.text(Ink { at, size: 12.5, bold: false, colour: palette.faint, anchor: Anchor::Middle }, words);
    }
    let height = legend(&mut svg, graph, look, below + 26.0, width);
    let (title, about) = told(graph, look);
    svg.finish((width, height), palette.paper, &title, &about)
}

/// The hours of the day, as many of them as have room.
fn axis(svg: &mut Svg, grid: &Grid, look: &Look) {
    let colour = look.scheme.palette().faint;
    let every = if grid.cell < 13.0 {
        6
    } else if grid.cell < 26.0 {
        3
    } else {
        1
    };
    for n in 0..u64::from(grid.hours) {
        let start = Millis((grid.first + n) * HOUR_MS);
        let of_day = hour(start, look);
        if of_day.parse::<u32>().unwrap_or(0) % every == 0 {
            let at = (grid.x(start) + grid.cell / 2.0, HEAD - 9.0);
            svg.text(Ink { at, size: 11.0, bold: false, colour, anchor: Anchor::Middle }, &of_day);
        }
    }
}

fn row(svg: &mut Svg, grid: &Grid, (office, name): (&GraphOffice, &str), y: f64, look: &Look, width: f64) {
    let palette = look.scheme.palette();
    let (base, tall) = (y + grid.row / 2.0 + 4.5, grid.row - 3.0);
    let size = if grid.row > 20.0 { 13.0 } else { 11.5 };
    let place = Ink { at: (grid.names - 10.0, base), size, bold: false, colour: palette.ink, anchor: Anchor::End };
    svg.text(place, &fitted(name, size, grid.names - 14.0));
    svg.rect((grid.names, y), (grid.cell * f64::from(grid.hours) - 1.5, tall), 3.0, &format!(r#"fill="{}""#, palette.raised));
    for each in office.hours.iter().filter(|hour| hour.sent > 0) {
        cell(svg, grid, each, (grid.x(each.start), y), tall, look);
    }
    let whole = office.whole;
    if whole.sent == 0 {
        return;
    }
    let lost = whole.delivered < whole.sent;
    let sum = match whole.median_s {
        Some(median) if width >= 520.0 => format!("{} · {}", share(whole.delivered, whole.sent), span(median, look.lang)),
        _ => share(whole.delivered, whole.sent),
    };
    let colour = if lost { palette.bad } else { palette.faint };
    svg.text(Ink { at: (width - grid.sums + 8.0, base), size: 12.0, bold: lost, colour, anchor: Anchor::Start }, &sum);
}

/// The colour says how long; what has not arrived is framed and counted.
fn cell(svg: &mut Svg, grid: &Grid, hour: &GraphHour, (x, y): (f64, f64), tall: f64, look: &Look) {
    let palette = look.scheme.palette();
    let missing = hour.sent.saturating_sub(hour.delivered);
    let step = hour.median_s.map(|median| STEPS_S.partition_point(|end| *end < median));
    let fill = step.map_or(palette.paper, |step| palette.steps[step]);
    let frame = if missing > 0 { format!(r#" stroke="{}" stroke-width="2""#, palette.bad) } else { String::new() };
    let inset = if missing > 0 { 1.0 } else { 0.0 };
    svg.rect((x + inset, y + inset), (grid.cell - 1.5 - 2.0 * inset, tall - 2.0 * inset), 2.5, &format!(r#"fill="{fill}"{frame}"#));
    if missing > 0 && grid.cell >= 15.0 {
        let colour = step.map_or(palette.bad, |step| palette.on_steps[step]);
        let ink = Ink { at: (x + grid.cell / 2.0 - 0.75, y + tall / 2.0 + 4.0), size: 11.0, bold: true, colour, anchor: Anchor::Middle };
        svg.text(ink, &if missing > 99 { "99+".to_owned() } else { missing.to_string() });
    }
}

/// What the colours mean, and since when it was measured; returns where the picture ends.
fn legend(svg: &mut Svg, graph: &Graph, look: &Look, y: f64, width: f64) -> f64 {
    let palette = look.scheme.palette();
    let words =
        look.lang.pick(["до 15 с", "до 1 мин", "до 15 мин", "до 1 ч", "дольше"], ["to 15 s", "to 1 min", "to 15 min", "to 1 h", "longer"]);
    let missing = look.lang.pick("не доставлено", "not delivered");
    let swatches = palette.steps.iter().map(|step| format!(r#"fill="{step}""#)).zip(words);
    let framed = (format!(r#"fill="{}" stroke="{}" stroke-width="2""#, palette.paper, palette.bad), missing);
    let (mut x, mut y) = (12.0, y);
    for (paint, word) in swatches.chain([framed]) {
        let wide = 20.0 + length(word.chars().count()) * 6.6 + 16.0;
        if x + wide > width && x > 12.0 {
            (x, y) = (12.0, y + 21.0);
        }
        svg.rect((x, y - 10.0), (14.0, 12.0), 2.5, &paint);
        svg.text(Ink { at: (x + 20.0, y), size: 12.0, bold: false, colour: palette.faint, anchor: Anchor::Start }, word);
        x += wide;
    }
    let since = clock(graph.since, look);
    let note = match look.lang {
        Lang::Ru => format!("Учтены сообщения с {since}. Задержка — до ответа, что отделение их получило."),
        Lang::En => format!("Messages since {since}. The delay ends with the word that the office has them."),
    };
    for part in folded(&note, 12.0, width - 24.0) {
        y += 20.0;
        svg.text(Ink { at: (12.0, y), size: 12.0, bold: false, colour: palette.faint, anchor: Anchor::Start }, &part);
    }
    y + 14.0
}

/// A sentence in as many lines as it needs.
fn folded(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| (length(line.chars().count() + word.chars().count()) + 1.0) * size * 0.56 <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn told(graph: &Graph, look: &Look) -> (String, String) {
    let sum = |pick: fn(&GraphHour) -> u32| graph.offices.iter().map(|office| u64::from(pick(&office.whole))).sum::<u64>();
    let (sent, delivered, hours) = (sum(|hour| hour.sent), sum(|hour| hour.delivered), graph.hours);
    match look.lang {
        Lang::Ru => (
            "Доставка по отделениям и часам".to_owned(),
            format!("За {hours} ч доставлено {delivered} из {sent}. Числа по отделениям стоят в таблице рядом."),
        ),
        Lang::En => (
            "Delivery by office and hour".to_owned(),
            format!("{delivered} of {sent} delivered within {hours} h. The table beside has the numbers by office."),
        ),
    }
}
