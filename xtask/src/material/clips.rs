//! The four clips, frame by frame. Every movement is a sum of whole turns over the clip's length, so that the last
//! frame leads into the first.

use std::f64::consts::{PI, TAU};

use resvg::tiny_skia::Pixmap;

use super::acted;
use super::card::Card;
use super::drawing::{Pen, Values, fill};
use super::person::{Moment, Wool, person};
use super::pose::Pose;

/// What a clip shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clip {
    /// The card's front, held over a desk.
    Front,
    /// The card's rear, held over a desk.
    Rear,
    /// The face.
    Face,
    /// The card beside the face, tilted and turned from front to rear, then the face answering a challenge.
    Video,
}

impl Clip {
    /// All, in the order of a case.
    pub const ALL: [Self; 4] = [Self::Front, Self::Rear, Self::Face, Self::Video];

    /// The file's name without its ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Rear => "rear",
            Self::Face => "face",
            Self::Video => "video",
        }
    }

    /// The file's name.
    pub fn file(self) -> String {
        let ending = if self == Self::Video { "mp4" } else { "mjpeg" };
        format!("{}.{ending}", self.name())
    }

    /// What it shows, in words.
    pub fn what(self) -> &'static str {
        match self {
            Self::Front => "the front of the specimen card, held over a desk",
            Self::Rear => "the rear of the specimen card, held over a desk",
            Self::Face => "the card's holder, looking into the camera",
            Self::Video => {
                "the card's holder with the card beside her face: its front, tilted, its rear; then she turns to her left, \
                 blinks, turns to her right and comes closer"
            }
        }
    }

    /// How many frames it has.
    pub fn frames(self) -> u32 {
        match self {
            Self::Front | Self::Rear => 20,
            Self::Face => 30,
            Self::Video => acted::FRAMES,
        }
    }
}

/// What stays the same from frame to frame.
pub struct Stage {
    pen: Pen,
    card: Card,
    desk: Pixmap,
    room: Pixmap,
}

impl Stage {
    /// Draws it.
    pub fn set() -> anyhow::Result<Self> {
        let pen = Pen::new()?;
        Ok(Self {
            card: Card::draw(&pen)?,
            desk: pen.draw(include_str!("desk.svg"))?,
            room: pen.draw(include_str!("room.svg"))?,
            pen,
        })
    }

    /// One frame; `phase` runs from 0 to 1 over the clip.
    pub fn frame(&self, clip: Clip, phase: f64) -> anyhow::Result<Pixmap> {
        match clip {
            Clip::Front => self.held(over_desk(phase, false)),
            Clip::Rear => self.held(over_desk(phase, true)),
            Clip::Face => {
                let mut picture = self.room.clone();
                self.sitter(&mut picture, &at_rest(phase), [640.0, 318.0], 1.32, phase)?;
                Ok(picture)
            }
            Clip::Video => {
                let mut picture = self.room.clone();
                let act = acted::at(phase);
                self.sitter(&mut picture, &act.moment, act.place, act.size, phase)?;
                self.card_in_hand(&mut picture, act.card, &BESIDE_FACE)?;
                Ok(picture)
            }
        }
    }

    fn held(&self, pose: Pose) -> anyhow::Result<Pixmap> {
        let mut picture = self.desk.clone();
        self.card_in_hand(&mut picture, pose, &OVER_DESK)?;
        Ok(picture)
    }

    /// Shadow, fingers, card, thumb.
    fn card_in_hand(&self, picture: &mut Pixmap, pose: Pose, grip: &Grip) -> anyhow::Result<()> {
        let points: String = pose.corners().map(|[x, y]| format!("{x:.1},{y:.1} ")).concat();
        let shadow = format!(
            "<defs><filter id=\"s\" x=\"-40%\" y=\"-40%\" width=\"190%\" height=\"190%\">\
             <feGaussianBlur stdDeviation=\"18\"/></filter></defs>\
             <polygon points=\"{points}\" transform=\"translate(16 26)\" fill=\"#140b06\" \
             opacity=\"{}\" filter=\"url(#s)\"/>",
            grip.shadow
        );
        self.pen.over(picture, &shadow)?;
        self.pen.over(picture, &hand(&pose, grip, false)?)?;
        pose.paint(&self.card, picture);
        self.pen.over(picture, &hand(&pose, grip, true)?)
    }

    fn sitter(
        &self,
        picture: &mut Pixmap,
        at: &Moment,
        [x, y]: [f64; 2],
        size: f64,
        phase: f64,
    ) -> anyhow::Result<()> {
        let (x, y) = (x + 3.0 * wave(phase, 1.0, 0.15), y + 2.0 * wave(phase, 1.0, 0.6));
        let drawing = person(at, Wool::Teal)?;
        let placed = format!("<g transform=\"translate({x:.2} {y:.2}) scale({size:.4})\">{drawing}</g>");
        self.pen.over(picture, &placed)
    }
}

/// Nobody sits quite still.
fn at_rest(phase: f64) -> Moment {
    Moment {
        turn: 0.32 * wave(phase, 1.0, 0.1) + 0.08 * wave(phase, 2.0, 0.4),
        open: eyes(phase),
        breath: 0.5 + 0.5 * wave(phase, 1.0, 0.0),
        tilt: 0.9 * wave(phase, 1.0, 0.35),
    }
}

/// `turns` whole turns over the clip, beginning at `lead`.
pub(super) fn wave(phase: f64, turns: f64, lead: f64) -> f64 {
    (TAU * (turns * phase + lead)).sin()
}

/// Two blinks, each a tenth of a second or so.
fn eyes(phase: f64) -> f64 {
    let shut = |at: f64| (1.0 - ((phase - at) / 0.045).powi(2)).max(0.0);
    1.0 - shut(0.3).max(0.9 * shut(0.82))
}

/// The hand's small unrest while it holds a card still.
pub fn over_desk(phase: f64, rear: bool) -> Pose {
    Pose {
        middle: [
            622.0 + 7.0 * wave(phase, 1.0, 0.0) + 2.0 * wave(phase, 2.0, 0.3),
            352.0 + 5.0 * wave(phase, 1.0, 0.28) + 1.5 * wave(phase, 3.0, 0.1),
        ],
        scale: 9.9 + 0.07 * wave(phase, 1.0, 0.5),
        roll: if rear { 0.026 } else { -0.032 } + 0.009 * wave(phase, 1.0, 0.7),
        yaw: if rear { PI + 0.075 } else { -0.085 } + 0.025 * wave(phase, 1.0, 0.4),
        pitch: 0.10 + 0.022 * wave(phase, 1.0, 0.9),
    }
}

/// Where and how a hand holds the card.
struct Grip {
    /// Millimetres from the card's middle to the right (in the picture) and downwards.
    at: [f64; 2],
    /// Degrees from an arm that comes from the lower right.
    turned: f64,
    /// Against its drawing.
    size: f64,
    /// How dark the card's shadow is, 0 to 1.
    shadow: f64,
}

/// At the right edge, where neither side has anything to read.
const OVER_DESK: Grip = Grip {
    at: [super::card::WIDTH / 2.0, -7.5],
    turned: 0.0,
    size: 1.0,
    shadow: 0.5,
};

/// At the lower edge, from below. The wall is too far away for much of a shadow.
const BESIDE_FACE: Grip = Grip {
    at: [22.0, super::card::HEIGHT / 2.0],
    turned: 52.0,
    size: 0.62,
    shadow: 0.22,
};

/// The fingers behind the card or the thumb before it. When the card turns, the hand stays on its side.
fn hand(pose: &Pose, grip: &Grip, before: bool) -> anyhow::Result<String> {
    let [right, down] = grip.at;
    let (one, other) = (pose.seen(right, down), pose.seen(-right, down));
    let [x, y] = if one[0] > other[0] { one } else { other };
    let shown = |shown| if shown { "inline" } else { "none" }.to_owned();
    let values = Values::from([("behind", shown(!before)), ("before", shown(before))]);
    let drawing = fill(include_str!("hand.svg"), &values)?;
    let (turned, size) = (pose.roll.to_degrees() + grip.turned, grip.size);
    Ok(format!(
        "<g transform=\"translate({x:.2} {y:.2}) rotate({turned:.2}) scale({size})\">{drawing}</g>"
    ))
}
