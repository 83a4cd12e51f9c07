//! What a camera made of an MRZ: for each position what may stand there, and how sure that is.

use serde::{Deserialize, Serialize};

/// A character that may stand at a position.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// One of A to Z, 0 to 9 and the filler.
    pub character: char,
    /// How sure the reader is, 0 to 1; those of a position need not sum to 1.
    pub confidence: f32,
}

/// A position with what may stand there, likeliest first.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(Vec<Choice>);

impl Cell {
    /// The most choices a position keeps: what is less likely than these is noise.
    pub const MOST: usize = 8;

    /// A position that may hold any of `choices`. Characters that no MRZ has are left out; of a character named
    /// twice the better confidence counts, and one that is no number counts as none.
    #[must_use]
    pub fn new(choices: impl IntoIterator<Item = Choice>) -> Self {
        let mut kept: Vec<Choice> = Vec::new();
        for mut choice in choices {
            choice.confidence = if choice.confidence.is_nan() {
                0.0
            } else {
                choice.confidence.clamp(0.0, 1.0)
            };
            if !matches!(choice.character, 'A'..='Z' | '0'..='9' | '<') {
                continue;
            }
            match kept.iter_mut().find(|known| known.character == choice.character) {
                Some(known) => known.confidence = known.confidence.max(choice.confidence),
                None => kept.push(choice),
            }
        }
        kept.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        kept.truncate(Self::MOST);
        Self(kept)
    }

    /// A position that was read without alternatives.
    #[must_use]
    pub fn sure(character: char, confidence: f32) -> Self {
        Self::new([Choice {
            character,
            confidence,
        }])
    }

    /// What may stand there, likeliest first; empty where nothing was read.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.0
    }

    /// What stands there most likely; a filler without confidence where nothing was read.
    #[must_use]
    pub fn best(&self) -> Choice {
        self.0.first().copied().unwrap_or(Choice {
            character: '<',
            confidence: 0.0,
        })
    }

    /// How sure the reader is of `character`, 0 where it was not among the choices.
    #[must_use]
    pub fn confidence(&self, character: char) -> f32 {
        self.0
            .iter()
            .find(|choice| choice.character == character)
            .map_or(0.0, |choice| choice.confidence)
    }
}

/// A reading of an MRZ, line by line. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The lines, upper first.
    pub lines: Vec<Vec<Cell>>,
}

impl Reading {
    /// A reading without alternatives, as text gives it; every character is as sure as `confidence`.
    #[must_use]
    pub fn of_text(lines: &[&str], confidence: f32) -> Self {
        let line = |line: &&str| {
            line.chars()
                .map(|character| Cell::sure(character, confidence))
                .collect()
        };
        Self {
            lines: lines.iter().map(line).collect(),
        }
    }

    /// The likeliest text of each line.
    #[must_use]
    pub fn text(&self) -> Vec<String> {
        let line = |cells: &Vec<Cell>| cells.iter().map(|cell| cell.best().character).collect();
        self.lines.iter().map(line).collect()
    }
}
