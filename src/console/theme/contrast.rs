//! How far the roles of each theme stand out from the page it is for (WCAG 2.2, 1.4.3 and 1.4.6).

use ratatui::style::{Color, Modifier};

use super::{BUILT_IN, Colours, StyleRole, Theme};

/// Red, green and blue.
type Rgb = [u8; 3];

const BLACK: Rgb = [0; 3];
const WHITE: Rgb = [255; 3];

/// The sixteen as terminals come with them, black to white, then the bright ones.
const PALETTES: [(&str, [u32; 16]); 3] = [
    (
        "xterm",
        [
            0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5,
            0x7f_7f7f, 0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
        ],
    ),
    (
        "VGA",
        [
            0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa,
            0x55_5555, 0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
        ],
    ),
    (
        "Campbell",
        [
            0x0c_0c0c, 0xc5_0f1f, 0x13_a10e, 0xc1_9c00, 0x00_37da, 0x88_1798, 0x3a_96dd, 0xcc_cccc,
            0x76_7676, 0xe7_4856, 0x16_c60c, 0xf9_f1a5, 0x3b_78ff, 0xb4_009e, 0x61_d6d6, 0xf2_f2f2,
        ],
    ),
];

/// The ratio of two colours, 1 to 21, whichever of them is the page (WCAG 2.2, "contrast ratio").
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How bright a colour is, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(colour: Rgb) -> f64 {
    let linear = |part: u8| match f64::from(part) / 255.0 {
        low if low <= 0.04045 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn rgb(hex: u32) -> Rgb {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue]
}

/// An entry of the table of 256 beyond the sixteen: a cube of six steps, then greys (xterm's 256colres.pl).
fn entry(number: u8) -> Rgb {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    if number >= 232 {
        return [8 + 10 * (number - 232); 3];
    }
    let at = usize::from(number - 16);
    [STEPS[at / 36], STEPS[at / 6 % 6], STEPS[at % 6]]
}

/// What a colour looks like; none for the terminal's own, which is the page's opposite.
fn seen(colour: Option<Color>, palette: &[u32; 16], page: Rgb) -> Rgb {
    let of_sixteen = |at: usize| rgb(palette[at]);
    match colour {
        None => page.map(|part| 255 - part),
        Some(Color::Indexed(number)) => entry(number),
        Some(Color::Rgb(red, green, blue)) => [red, green, blue],
        Some(Color::Black) => of_sixteen(0),
        Some(Color::Red) => of_sixteen(1),
        Some(Color::Green) => of_sixteen(2),
        Some(Color::Yellow) => of_sixteen(3),
        Some(Color::Blue) => of_sixteen(4),
        Some(Color::Magenta) => of_sixteen(5),
        Some(Color::Cyan) => of_sixteen(6),
        Some(Color::Gray) => of_sixteen(7),
        Some(Color::DarkGray) => of_sixteen(8),
        Some(Color::LightRed) => of_sixteen(9),
        Some(Color::LightGreen) => of_sixteen(10),
        Some(Color::LightYellow) => of_sixteen(11),
        Some(Color::LightBlue) => of_sixteen(12),
        Some(Color::LightMagenta) => of_sixteen(13),
        Some(Color::LightCyan) => of_sixteen(14),
        Some(Color::White) => of_sixteen(15),
        Some(other) => panic!("{other} is no colour of a theme"),
    }
}

const ROLES: [StyleRole; 10] = [
    StyleRole::Text,
    StyleRole::Dim,
    StyleRole::Title,
    StyleRole::Heading,
    StyleRole::Accent,
    StyleRole::Selected,
    StyleRole::Good,
    StyleRole::Warn,
    StyleRole::Bad,
    StyleRole::Line,
];

#[test]
fn the_ratio_is_that_of_the_standard() {
    assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
    assert!((contrast(WHITE, WHITE) - 1.0).abs() < 1e-9);
    // The grey that is known for just passing on white.
    assert!((contrast([0x76; 3], WHITE) - 4.54).abs() < 0.01);
}

#[test]
fn every_role_stands_out_from_the_page_that_its_theme_is_for() {
    for (name, page, least) in [
        ("dark", BLACK, 4.5),
        ("light", WHITE, 4.5),
        ("high-contrast", BLACK, 7.0),
    ] {
        let (_, file) = BUILT_IN.iter().find(|it| it.0 == name).unwrap();
        for colours in [Colours::Sixteen, Colours::Table, Colours::Any] {
            let theme = Theme::load(file, colours).unwrap();
            for (terminal, palette) in &PALETTES {
                for role in ROLES {
                    let style = theme.style(role);
                    let ratio = contrast(seen(style.fg, palette, page), page);
                    assert!(
                        ratio >= least,
                        "{role:?} of {name} is {ratio:.1} with {colours:?} of {terminal}"
                    );
                    // How much a terminal takes away for this, nobody says.
                    assert!(!style.add_modifier.contains(Modifier::DIM), "{name}");
                }
            }
        }
    }
}
