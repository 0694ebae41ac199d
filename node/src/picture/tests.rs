//! What holds for every picture.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;

use super::*;
use crate::office::view::{GraphHour, GraphOffice, MyOffice, Queue, Way};

const HOUR_MS: u64 = 3_600_000;
const AT: Millis = Millis(493_000 * HOUR_MS + 25 * 60_000);

fn hour(ago: u64, sent: u32, delivered: u32) -> GraphHour {
    let median_s = (delivered > 0).then_some(40 + ago * 300);
    GraphHour { start: Millis((AT.0 / HOUR_MS - ago) * HOUR_MS), sent, delivered, received: sent / 2, median_s, longest_s: median_s }
}

fn district(count: u32, name: &str) -> Graph {
    let office = |n: u32| GraphOffice {
        office: OfficeId(n),
        name: format!("{name} {n}"),
        slug: format!("o{n}"),
        way: [Way::Direct, Way::Direct, Way::Carried, Way::None][usize::try_from(n % 4).unwrap()],
        rtt_ms: (n % 4 < 2).then_some(38 * n),
        heard: (!n.is_multiple_of(7)).then_some(Millis(AT.0 - u64::from(n) * HOUR_MS)),
        queue: Queue { messages: u64::from(n % 3), ..Queue::default() },
        whole: hour(0, 20, 20 - n % 3),
        hours: (0..24).map(|ago| hour(ago, 3, 3 - u32::from(ago % 5 == 0))).collect(),
    };
    Graph {
        office: MyOffice { id: OfficeId(1), slug: "o1".into(), name: name.into() },
        at: AT,
        since: Millis(AT.0 - 24 * HOUR_MS),
        hours: 24,
        all: (0..24).map(|ago| hour(ago, 7 * u32::try_from(ago).unwrap(), 3)).collect(),
        offices: (2..2 + count).map(office).collect(),
    }
}

fn every(graph: &Graph, mut look_at: impl FnMut(&str, Kind, &Look)) {
    for kind in [Kind::Map, Kind::Heat, Kind::Flow] {
        for width in [1, 328, 960, 5_000] {
            for (scheme, lang) in [(Scheme::Light, Lang::Ru), (Scheme::Dark, Lang::En), (Scheme::Contrast, Lang::Ru)] {
                let look = Look { width, scheme, lang, offset_min: 300 };
                look_at(&draw(kind, graph, &look), kind, &look);
            }
        }
    }
}

/// The tags of a picture, each with what is between it and the next one; fails where the picture is no XML.
fn tags(svg: &str) -> Vec<(&str, &str)> {
    let mut open = Vec::new();
    let all: Vec<_> = svg.split('<').skip(1).map(|part| part.split_once('>').expect("a tag ends")).collect();
    for (tag, text) in &all {
        assert!(!text.contains('>') && text.split('&').skip(1).all(|entity| entity.contains(';')), "{text}");
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{svg}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

#[test]
fn a_picture_says_what_it_is_and_is_made_of_shapes_and_texts_alone() {
    for count in [0, 1, 4, 39, 300] {
        every(&district(count, "Отделение"), |svg, kind, look| {
            let names: Vec<&str> = tags(svg).iter().map(|(tag, _)| tag.split([' ', '\n']).next().unwrap()).collect();
            let allowed = ["svg", "/svg", "title", "/title", "desc", "/desc", "text", "/text", "rect", "circle", "path"];
            assert!(names.iter().all(|name| allowed.contains(name)), "{kind:?} {names:?}");
            assert!(svg.contains(r#"role="img" aria-labelledby="title about""#) && svg.contains("<title id=\"title\">"));
            for word in ["NaN", "inf", "href", "style", "url(", "script"] {
                assert!(!svg.contains(word), "{word} in {kind:?} for {count} offices");
            }
            let width = look.width.clamp(MIN_WIDTH, MAX_WIDTH);
            assert!(svg.contains(&format!("width=\"{width}\"")));
        });
    }
}

#[test]
fn a_hostile_name_stays_a_text() {
    for name in
        ["</text><script>alert(1)</script>", "\"/><image href='x'/>", "&lt;&#0;]]>", "\u{202e}\u{0}\u{1b}\u{feff}", "<!--", "<![CDATA["]
    {
        every(&district(4, name), |svg, kind, _| {
            let plain = |tag: &str| {
                ["text", "/text", "title", "/title", "desc", "/desc", "svg", "/svg", "rect", "circle", "path"]
                    .iter()
                    .any(|known| tag.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n'])))
            };
            assert!(tags(svg).iter().all(|(tag, _)| plain(tag)), "{name} in {kind:?}");
            assert!(!svg.chars().any(|c| c.is_control() && c != '\n') && !svg.contains('\u{202e}'));
        });
    }
}

#[test]
fn nothing_is_drawn_outside_of_the_picture() {
    let value = |tag: &str, name: &str| -> Option<f64> { tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok() };
    for count in [0, 1, 2, 17, 40, 41, 300] {
        every(&district(count, "Отделение по Ханты-Мансийскому району"), |svg, kind, look| {
            let all = tags(svg);
            let (wide, tall) = (value(all[0].0, "width").unwrap(), value(all[0].0, "height").unwrap());
            for (tag, text) in &all[1..] {
                let x = value(tag, "x").or_else(|| value(tag, "cx"));
                let y = value(tag, "y").or_else(|| value(tag, "cy"));
                let right = x.unwrap_or(0.0) + value(tag, "width").unwrap_or(0.0);
                let inside = x.is_none_or(|x| x >= 0.0) && right <= wide + 0.1 && y.is_none_or(|y| (0.0..=tall).contains(&y));
                assert!(inside, "{kind:?} for {count} offices at {}: {tag} {text}", look.width);
            }
        });
    }
}

#[test]
fn what_the_heat_map_counts_as_lost_is_what_has_not_arrived() {
    let mut graph = district(1, "Отделение");
    graph.offices[0].hours = vec![hour(3, 9, 2)];
    graph.offices[0].whole = hour(3, 9, 2);
    let look = Look { width: 960, scheme: Scheme::Light, lang: Lang::Ru, offset_min: 0 };
    let svg = draw(Kind::Heat, &graph, &look);
    assert!(svg.contains(">7</text>") && svg.contains("22 %"), "{svg}");
    graph.offices[0].hours = vec![hour(3, 9, 9)];
    graph.offices[0].whole = hour(3, 9, 9);
    let svg = draw(Kind::Heat, &graph, &look);
    assert!(!svg.contains(">0</text>") && svg.contains("100 %"), "{svg}");
}
