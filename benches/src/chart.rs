//! Charts as SVG that is read on light and on dark ground.

use std::fmt::Write as _;

use nozzle_tests::figures::time;

const WIDTH: f64 = 760.0;
/// Where names end and figures begin.
const LEFT: f64 = 170.0;
/// Room for the figure behind the longest bar.
const RIGHT: f64 = 90.0;
const TOP: f64 = 48.0;
const ROW: f64 = 30.0;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}\
.title{font-weight:600;font-size:15px}\
.end{text-anchor:end}.middle{text-anchor:middle}\
.s0{fill:#0969da;stroke:#0969da}.s1{fill:#8250df;stroke:#8250df}.s2{fill:#bc4c00;stroke:#bc4c00}.other{fill:#818b98}\
.grid{stroke:#d1d9e0}.line{fill:none;stroke-width:2}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s0{fill:#4493f8;stroke:#4493f8}.s1{fill:#ab7df8;stroke:#ab7df8}\
.s2{fill:#f0883e;stroke:#f0883e}.other{fill:#9198a1}.grid{stroke:#3d444d}}\
text{stroke:none}";

/// Horizontal bars of times in nanoseconds, on a linear scale from zero. The first is ours.
pub fn bars(title: &str, rows: &[(&str, f64)]) -> String {
    let longest = rows.iter().map(|(_, nanos)| *nanos).fold(1.0, f64::max);
    let mut body = String::new();
    for (index, (name, nanos)) in rows.iter().enumerate() {
        let (top, width) = (TOP + ROW * index as f64, nanos / longest * (WIDTH - LEFT - RIGHT));
        let class = if index == 0 { "s0" } else { "other" };
        row_name(&mut body, name, top);
        let _ = writeln!(
            body,
            r#"<rect class="{class}" x="{LEFT}" y="{top:.1}" width="{width:.1}" height="20" rx="2"/>"#
        );
        let end = LEFT + width + 8.0;
        let _ = writeln!(body, r#"<text x="{end:.1}" y="{:.1}">{}</text>"#, top + 15.0, time(*nanos));
    }
    svg(title, TOP + ROW * rows.len() as f64 + 10.0, &body)
}

/// A row of dots each, of times in nanoseconds, on a logarithmic scale: one dot for each of `names`.
pub fn dots(title: &str, names: [&str; 3], rows: &[(&str, [f64; 3])]) -> String {
    let scale = Scale::around(rows.iter().flat_map(|(_, times)| *times), LEFT, WIDTH - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    let mut body = String::new();
    for tick in scale.ticks() {
        let x = scale.at(tick);
        let _ = writeln!(body, r#"<path class="grid" d="M{x:.1} {TOP}V{bottom}"/>"#);
        let _ = writeln!(
            body,
            r#"<text class="middle" x="{x:.1}" y="{:.1}">{}</text>"#,
            bottom + 18.0,
            decade(tick)
        );
    }
    for (index, (name, times)) in rows.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        row_name(&mut body, name, top);
        for (series, nanos) in times.iter().enumerate() {
            let (x, y) = (scale.at(*nanos), top + 11.0);
            let _ = writeln!(body, r#"<circle class="s{series}" cx="{x:.1}" cy="{y:.1}" r="5"/>"#);
        }
    }
    legend(&mut body, &names);
    svg(title, bottom + 30.0, &body)
}

/// Lines through times in nanoseconds, both scales logarithmic: one for each of `names`, over `x`.
pub fn lines(title: &str, x: &[f64], names: [&str; 2], series: [&[f64]; 2]) -> String {
    const BOTTOM: f64 = 320.0;
    let across = Scale::around(x.iter().copied(), LEFT, WIDTH - RIGHT);
    let up = Scale::around(series.iter().flat_map(|times| times.iter().copied()), BOTTOM, TOP);
    let mut body = String::new();
    for tick in up.ticks() {
        let (y, right) = (up.at(tick), WIDTH - RIGHT);
        let _ = writeln!(body, r#"<path class="grid" d="M{LEFT} {y:.1}H{right}"/>"#);
        let _ = writeln!(
            body,
            r#"<text class="end" x="{}" y="{:.1}">{}</text>"#,
            LEFT - 12.0,
            y + 4.0,
            decade(tick)
        );
    }
    for records in x {
        let _ = writeln!(
            body,
            r#"<text class="middle" x="{:.1}" y="{}">{records}</text>"#,
            across.at(*records),
            BOTTOM + 20.0
        );
    }
    for (index, times) in series.iter().enumerate() {
        let points =
            x.iter().zip(*times).map(|(x, time)| format!("{:.1},{:.1}", across.at(*x), up.at(*time)));
        let points: Vec<String> = points.collect();
        let _ = writeln!(
            body,
            r#"<polyline class="s{index} line" style="fill:none" points="{}"/>"#,
            points.join(" ")
        );
    }
    legend(&mut body, &names);
    svg(title, BOTTOM + 34.0, &body)
}

/// From the power of ten below the least to the one above the most.
struct Scale {
    first: f64,
    last: f64,
    from: f64,
    to: f64,
}

impl Scale {
    fn around(figures: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let first = figures.clone().fold(f64::MAX, f64::min).log10().floor();
        let last = figures.fold(f64::MIN_POSITIVE, f64::max).log10().ceil();
        Self { first, last: last.max(first + 1.0), from, to }
    }

    fn at(&self, figure: f64) -> f64 {
        self.from + (figure.log10() - self.first) / (self.last - self.first) * (self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        (self.first as i32..=self.last as i32).map(|power| 10_f64.powi(power))
    }
}

/// A power of ten of nanoseconds.
fn decade(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{nanos} ns"),
        ..1e6 => format!("{} us", nanos / 1e3),
        _ => format!("{} ms", nanos / 1e6),
    }
}

fn row_name(body: &mut String, name: &str, top: f64) {
    let (x, y) = (LEFT - 12.0, top + 15.0);
    let _ = writeln!(body, r#"<text class="end" x="{x}" y="{y:.1}">{name}</text>"#);
}

/// In the title's line, from the right.
fn legend(body: &mut String, names: &[&str]) {
    for (index, name) in names.iter().enumerate() {
        let x = WIDTH - 120.0 * (names.len() - index) as f64;
        let _ = writeln!(body, r#"<circle class="s{index}" cx="{x}" cy="20" r="5"/>"#);
        let _ = writeln!(body, r#"<text x="{}" y="25">{name}</text>"#, x + 12.0);
    }
}

fn svg(title: &str, height: f64, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" role=\"img\" \
         aria-label=\"{title}\">\n<style>{STYLE}</style>\n<text class=\"title\" x=\"12\" y=\"25\">{title}</text>\n{body}</svg>\n"
    )
}
