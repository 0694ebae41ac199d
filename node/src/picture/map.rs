//! The map: this office in the middle, the others on both sides, and how each of them is heard of.

use super::Look;
use super::palette::Palette;
use super::svg::{Anchor, Ink, Svg, fitted, length};
use super::words::{age, short_names};
use crate::office::view::{Graph, GraphOffice, Way};
use crate::words::Lang;

/// Below so many offices each has two lines of its own.
const ROOMY: usize = 40;
/// On a narrower picture names are short, and this office is not named: the page says where it is.
const NARROW: f64 = 560.0;
const TOP: f64 = 18.0;
const LEGEND: f64 = 46.0;

/// One office's place.
struct Spot<'a> {
    office: &'a GraphOffice,
    name: &'a str,
    at: (f64, f64),
    left: bool,
}

pub(super) fn draw(graph: &Graph, look: &Look) -> String {
    let (palette, width, count) = (look.scheme.palette(), f64::from(look.width), graph.offices.len());
    let pitch = if count <= ROOMY { 46.0 } else { 19.0 };
    let rows = length(count.div_ceil(2)).max(3.0);
    let (body, middle) = (rows * pitch, width / 2.0);
    let centre = (middle, TOP + body / 2.0);
    let mut names: Vec<&str> = graph.offices.iter().map(|office| office.name.as_str()).collect();
    if width < NARROW {
        names = short_names(&names);
    }
    let named = graph.offices.iter().zip(names).enumerate();
    let spots: Vec<Spot<'_>> =
        named.map(|(n, (office, name))| Spot { office, name, ..place(office, n, count, pitch, centre, width) }).collect();
    let mut svg = Svg::default();
    for each in &spots {
        line(&mut svg, each, centre, palette);
    }
    hub(&mut svg, graph, centre, width, palette);
    for each in &spots {
        label(&mut svg, each, graph, look, pitch > 20.0);
    }
    let height = TOP + body + LEGEND;
    legend(&mut svg, look, height - 16.0);
    let (title, about) = told(graph, look.lang);
    svg.finish((width, height), palette.paper, &title, &about)
}

/// Half of the offices on the left, half on the right, along an arc; the first ones above.
fn place<'a>(office: &'a GraphOffice, n: usize, count: usize, pitch: f64, (middle, level): (f64, f64), width: f64) -> Spot<'a> {
    let on_left = count.div_ceil(2);
    let left = n < on_left;
    let (place, of) = if left { (n, on_left) } else { (n - on_left, count - on_left) };
    let up = (length(place) - (length(of) - 1.0) / 2.0) * pitch;
    let reach = (length(of) * pitch / 2.0).max(1.0);
    // The arc is drawn in where the names need the room.
    let bow = (width * 0.27).min(middle - 118.0).max(36.0);
    let out = bow * (1.0 - 0.35 * (up / reach).powi(2));
    Spot { office, name: &office.name, at: (if left { middle - out } else { middle + out }, level + up), left }
}

fn line(svg: &mut Svg, each: &Spot<'_>, centre: (f64, f64), palette: &Palette) {
    match each.office.way {
        Way::Direct => svg.curve(centre, each.at, &format!(r#"stroke="{}" stroke-width="2""#, palette.accent)),
        Way::Carried => svg.curve(
            centre,
            each.at,
            &format!(r#"stroke="{}" stroke-width="1.5" stroke-dasharray="2 5" stroke-linecap="round""#, palette.faint),
        ),
        Way::None => {}
    }
}

fn hub(svg: &mut Svg, graph: &Graph, (x, y): (f64, f64), width: f64, palette: &Palette) {
    svg.circle((x, y), 15.0, &format!(r#"fill="{}" stroke="{}" stroke-width="4""#, palette.accent, palette.paper));
    svg.circle((x, y), 5.0, &format!(r#"fill="{}""#, palette.accent_ink));
    if width < NARROW {
        return;
    }
    let name = fitted(&graph.office.name, 13.0, (width * 0.36).max(100.0));
    let wide = length(name.chars().count()) * 7.3 + 16.0;
    svg.rect((x - wide / 2.0, y + 20.0), (wide, 22.0), 6.0, &format!(r#"fill="{}" stroke="{}""#, palette.paper, palette.line));
    svg.text(Ink { at: (x, y + 35.5), size: 13.0, bold: true, colour: palette.ink, anchor: Anchor::Middle }, &name);
}

fn mark(svg: &mut Svg, at: (f64, f64), way: Way, palette: &Palette) {
    let (fill, stroke, dash) = match way {
        Way::Direct => (palette.accent, palette.accent, ""),
        Way::Carried => (palette.paper, palette.faint, r#" stroke-dasharray="2 2.5""#),
        Way::None => (palette.paper, palette.bad, ""),
    };
    svg.circle(at, 6.0, &format!(r#"fill="{fill}" stroke="{stroke}" stroke-width="2"{dash}"#));
    if way == Way::None {
        let (x, y) = at;
        svg.line((x - 2.5, y - 2.5), (x + 2.5, y + 2.5), &format!(r#"stroke="{stroke}" stroke-width="1.6" stroke-linecap="round""#));
        svg.line((x - 2.5, y + 2.5), (x + 2.5, y - 2.5), &format!(r#"stroke="{stroke}" stroke-width="1.6" stroke-linecap="round""#));
    }
}

fn label(svg: &mut Svg, each: &Spot<'_>, graph: &Graph, look: &Look, roomy: bool) {
    let (palette, (x, y)) = (look.scheme.palette(), each.at);
    mark(svg, each.at, each.office.way, palette);
    let (x, anchor, room) =
        if each.left { (x - 14.0, Anchor::End, x - 20.0) } else { (x + 14.0, Anchor::Start, f64::from(look.width) - x - 20.0) };
    let (state, colour) = state(each.office, graph, look.lang, palette);
    if roomy {
        svg.text(Ink { at: (x, y - 1.5), size: 13.0, bold: true, colour: palette.ink, anchor }, &fitted(each.name, 13.0, room));
        svg.text(Ink { at: (x, y + 14.5), size: 12.0, bold: false, colour, anchor }, &fitted(&state, 12.0, room));
    } else {
        let text = fitted(&format!("{} · {state}", each.name), 11.5, room);
        svg.text(Ink { at: (x, y + 4.0), size: 11.5, bold: false, colour, anchor }, &text);
    }
}

/// How an office is heard of, and what waits for it.
fn state<'a>(office: &GraphOffice, graph: &Graph, lang: Lang, palette: &'a Palette) -> (String, &'a str) {
    let since = office.heard.map(|heard| age(graph.at.since(heard) / 1_000, lang));
    let (mut words, mut colour) = match (office.way, office.rtt_ms, since) {
        (Way::Direct, Some(ms), _) => (format!("{ms} {}", lang.pick("мс", "ms")), palette.faint),
        (Way::Direct, None, _) => (lang.pick("на связи", "linked").to_owned(), palette.faint),
        (Way::Carried, _, Some(since)) => (format!("{} {since}", lang.pick("через других,", "through others,")), palette.faint),
        (Way::None, _, Some(since)) => (format!("{} {since}", lang.pick("нет связи", "no link,")), palette.bad),
        (_, _, None) => (lang.pick("ещё не было связи", "never heard of").to_owned(), palette.bad),
    };
    if office.queue.messages > 0 {
        words = format!("{words} · {} {}", lang.pick("ждёт", "waiting"), office.queue.messages);
        colour = if office.way == Way::None { palette.bad } else { palette.warn };
    }
    (words, colour)
}

fn legend(svg: &mut Svg, look: &Look, y: f64) {
    let (palette, width) = (look.scheme.palette(), f64::from(look.width));
    let words = look.lang.pick(
        [(Way::Direct, "связь"), (Way::Carried, "через других"), (Way::None, "нет связи")],
        [(Way::Direct, "link"), (Way::Carried, "through others"), (Way::None, "no link")],
    );
    let wide: f64 = words.iter().map(|(_, word)| length(word.chars().count()) * 6.7 + 34.0).sum();
    let mut x = (width - wide) / 2.0 + 8.0;
    for (way, word) in words {
        mark(svg, (x, y - 4.0), way, palette);
        svg.text(Ink { at: (x + 12.0, y), size: 12.0, bold: false, colour: palette.faint, anchor: Anchor::Start }, word);
        x += length(word.chars().count()) * 6.7 + 34.0;
    }
}

fn told(graph: &Graph, lang: Lang) -> (String, String) {
    let count = |way| graph.offices.iter().filter(|office| office.way == way).count();
    let (name, direct, carried, none) = (&graph.office.name, count(Way::Direct), count(Way::Carried), count(Way::None));
    match lang {
        Lang::Ru => (
            format!("Связи отделения «{name}»"),
            format!("Прямых связей {direct}, через других {carried}, без связи {none}. То же в таблице рядом."),
        ),
        Lang::En => (
            format!("Links of {name}"),
            format!("{direct} direct links, {carried} through others, {none} without a link. The table beside says the same."),
        ),
    }
}
