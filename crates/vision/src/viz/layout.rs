//! Which value belongs to which label: under it or beside it, as the document at hand does it.

use super::{
    Key,
    anchor::Anchor,
    headings, labels,
    page::{Page, Piece, is_word},
    tags::{Tag, cut_at_columns, tags},
    values::{self, Context, Reading},
};

/// A value found for a label.
pub(super) struct Placed {
    /// The field.
    pub key: Key,
    /// Which of two surnames, 0 for all.
    pub nth: u8,
    /// The pieces, line by line.
    pub lines: Vec<Vec<Piece>>,
    /// What the first line says as the field's value.
    pub reading: Reading,
    /// How unlikely the place is, from 0.
    pub cost: f32,
}

/// The page cut into labels and what may be values.
pub(super) struct Sheet<'a> {
    /// The lines.
    pub page: &'a Page,
    /// The labels.
    pub tags: Vec<Tag>,
    /// What may be values, from the top.
    pub pieces: Vec<Piece>,
    /// Which of the pieces belong to a value.
    pub used: Vec<bool>,
    /// Which of the pieces are headings.
    heading: Vec<bool>,
}

/// Above this a value is not the label's.
const MOST_COST: f32 = 4.0;
/// Below this a value is its label's beyond doubt, where it was read as surely as [`SURE_READING`].
const SURE_COST: f32 = 1.0;
const SURE_READING: f32 = 0.9;
/// Free text read less surely than this is none: what is there is a label in small print, or a pattern.
const LEAST_LETTERS: f32 = 0.6;
/// Below this confidence a text may be a label that was not understood.
const SURE_LETTERS: f32 = 0.75;
/// What it costs to be found where the document's other values are not.
const UNUSUAL: f32 = 1.2;

impl<'a> Sheet<'a> {
    /// Finds the labels of a page and cuts the rest into pieces.
    pub fn new(page: &'a Page) -> Self {
        let mut runs: Vec<Run> = (0..page.rows.len())
            .flat_map(|row| page.runs(row))
            .map(|place| {
                // "Documento nacional de identidad" has "nacionalidad" in it.
                let title = headings::find(&page.text(&place)).share > 0.9;
                let (labels, rest) = if title {
                    (Vec::new(), vec![place.clone()])
                } else {
                    labels::split(page, &place)
                };
                Run { place, labels, rest }
            })
            .collect();
        for at in 0..runs.len() {
            if reads_like_a_label(&runs, at) {
                runs[at].labels.clear();
                runs[at].rest = vec![runs[at].place.clone()];
            }
        }
        let (mut found, mut pieces) = (Vec::new(), Vec::new());
        for run in runs {
            found.extend(run.labels);
            pieces.extend(run.rest);
        }
        let tags = tags(found);
        let pieces: Vec<Piece> = pieces
            .into_iter()
            .flat_map(|piece| cut_at_columns(page, piece, &tags))
            .collect();
        let heading = pieces
            .iter()
            .map(|piece| {
                let heading = headings::find(&page.text(piece));
                heading.share > 0.6
            })
            .collect();
        Self {
            page,
            used: vec![false; pieces.len()],
            tags,
            pieces,
            heading,
        }
    }

    /// Gives each label the value that fits it best, the surest first, then the fields that `anchors` found by what
    /// they say. A label of one of those only gets what stands so surely under it that it speaks against the anchor.
    pub fn pair(&mut self, anchors: Vec<Anchor>, context: Context<'_>) -> Vec<Placed> {
        let beside = self.is_beside(context);
        let mut candidates = Vec::new();
        for (t, tag) in self.tags.iter().enumerate().filter(|(_, tag)| !tag.ignored) {
            let anchor = anchors.iter().find(|anchor| {
                let both = tag.key == Key::SurnameGiven && anchor.key == Key::Surname;
                anchor.key == tag.key || both
            });
            let reached = anchor.is_some_and(|anchor| {
                let has_label = self.label_cost(anchor.first(), |key| key == anchor.key).is_some();
                tag.key == Key::SurnameGiven || has_label
            });
            for (p, piece) in self.pieces.iter().enumerate().filter(|(p, _)| !self.used[*p]) {
                let unusual = |is: bool| if is { UNUSUAL } else { 0.0 };
                let under = self.under(tag, piece).map(|c| c + unusual(beside || tag.colon));
                let right = self
                    .right_of(tag, piece)
                    .map(|c| c + unusual(!beside && !tag.colon));
                let Some(place) = [under, right].into_iter().flatten().min_by(f32::total_cmp) else {
                    continue;
                };
                if self.heading[p] && !may_be_heading(tag.key) {
                    continue;
                }
                let Some(reading) = values::judge(tag.key, &self.page.text(piece), context) else {
                    continue;
                };
                let confidence = self.page.confidence(piece);
                if is_text(tag.key) && confidence < LEAST_LETTERS {
                    continue;
                }
                let cost = (SURE_LETTERS - confidence)
                    .max(0.0)
                    .mul_add(3.0, place + reading.doubt);
                let speaks = |anchor: &Anchor| {
                    !reached
                        && cost < SURE_COST
                        && confidence > SURE_READING
                        && anchor.first().row != piece.row
                };
                if cost < MOST_COST && anchor.is_none_or(speaks) {
                    candidates.push((cost, t, p, reading));
                }
            }
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut given = vec![false; self.tags.len()];
        let mut placed = Vec::new();
        for (cost, t, p, reading) in candidates {
            if given[t] || self.used[p] {
                continue;
            }
            given[t] = true;
            self.used[p] = true;
            placed.push((t, p, cost, reading));
        }
        let mut placed: Vec<Placed> = placed
            .into_iter()
            .map(|(t, p, cost, reading)| self.complete(t, p, cost, reading, context))
            .collect();
        for anchor in anchors {
            if placed.iter().all(|p| p.key != anchor.key) {
                placed.push(anchor.placed());
            }
        }
        placed
    }

    /// The pieces that belong to no value yet.
    pub fn free(&self) -> impl Iterator<Item = &Piece> {
        self.pieces
            .iter()
            .zip(&self.used)
            .filter(|(_, used)| !**used)
            .map(|(piece, _)| piece)
    }

    /// Whether the page has a label of `key`.
    pub fn has_tag(&self, key: Key) -> bool {
        self.tags.iter().any(|tag| tag.key == key)
    }

    /// What it costs to take `piece` for the value of a label of one of the fields that `is` allows; `None` where none
    /// is near.
    pub fn label_cost(&self, piece: &Piece, is: impl Fn(Key) -> bool) -> Option<f32> {
        self.tags
            .iter()
            .filter(|tag| is(tag.key))
            .flat_map(|tag| [self.under(tag, piece), self.right_of(tag, piece)])
            .flatten()
            .min_by(f32::total_cmp)
    }

    /// Makes a part of a piece one of its own, and used; what stands before and after it stays free.
    pub fn set_apart(&mut self, part: &Piece) {
        let holds = |it: &Piece| it.row == part.row && it.from <= part.from && it.to >= part.to;
        let Some(index) = self.pieces.iter().position(holds) else {
            return;
        };
        let whole = self.pieces.remove(index);
        let heading = self.heading.remove(index);
        self.used.remove(index);
        let word = |piece: &Piece| self.page.text(piece).chars().any(is_word);
        let before = self.page.piece(part.row, whole.from, part.from).filter(word);
        let after = self.page.piece(part.row, part.to, whole.to).filter(word);
        let parts = [(before, false), (Some(part.clone()), true), (after, false)];
        for (at, (piece, used)) in parts
            .into_iter()
            .filter_map(|(piece, used)| Some((piece?, used)))
            .enumerate()
        {
            self.pieces.insert(index + at, piece);
            self.used.insert(index + at, used);
            self.heading.insert(index + at, heading && !used);
        }
    }

    /// Whether this document has its values beside its labels rather than under them.
    fn is_beside(&self, context: Context<'_>) -> bool {
        let (mut beside, mut under) = (0, 0);
        for tag in self.tags.iter().filter(|tag| !tag.ignored) {
            let fits = |piece: &Piece| values::judge(tag.key, &self.page.text(piece), context).is_some();
            let any = |cost: &dyn Fn(&Piece) -> Option<f32>, most: f32| {
                self.pieces
                    .iter()
                    .any(|p| cost(p).is_some_and(|c| c < most) && fits(p))
            };
            beside += usize::from(any(&|p| self.right_of(tag, p), 1.0));
            under += usize::from(any(&|p| self.under(tag, p), 1.2));
        }
        beside > under
    }

    /// What it costs to take a piece for the value under a label; `None` where it is not there.
    fn under(&self, tag: &Tag, piece: &Piece) -> Option<f32> {
        let height = tag.place.height.max(piece.height);
        let down = (piece.y - tag.bottom) / height;
        if !(0.35..3.2).contains(&down) {
            return None;
        }
        let off = |a: f32, b: f32| (a - b).abs() / height;
        let middle = |p: &Piece| f32::midpoint(p.left, p.right);
        let left = off(piece.left, tag.place.left);
        let aligned = left
            .min(off(piece.right, tag.place.right) + 0.3)
            .min(off(middle(piece), middle(&tag.place)) + 0.3);
        if !piece.is_over(&tag.place) && left > 1.5 {
            return None;
        }
        let between = self.tags.iter().any(|other| {
            other.place.y > tag.bottom + height * 0.3
                && other.bottom < piece.y - height * 0.3
                && (other.place.is_over(piece) || (other.place.left - piece.left).abs() < height)
        });
        if between {
            return None;
        }
        let far = if down < 1.2 { 1.2 - down } else { down - 1.2 };
        Some(far.mul_add(0.8, aligned.min(6.0) * 0.4))
    }

    /// What it costs to take a piece for the value beside a label; `None` where it is not there.
    fn right_of(&self, tag: &Tag, piece: &Piece) -> Option<f32> {
        let height = tag.place.height.max(piece.height);
        let level = (piece.y - tag.place.y).abs().min((piece.y - tag.bottom).abs()) / height;
        let gap = (piece.left - tag.place.right) / height;
        if level > 0.55 || !(-1.0..9.0).contains(&gap) {
            return None;
        }
        let between = |left: f32, y: f32| {
            left > tag.place.left && left < piece.left && (y - piece.y).abs() < height * 0.55
        };
        if self
            .tags
            .iter()
            .any(|other| between(other.place.left, other.place.y))
            || self.pieces.iter().any(|other| between(other.left, other.y))
        {
            return None;
        }
        Some(gap.max(0.0).mul_add(0.2, level))
    }

    /// Takes in the rest of a value: what stands beside it and under it with no label of its own.
    fn complete(&mut self, t: usize, p: usize, cost: f32, reading: Reading, context: Context<'_>) -> Placed {
        let (key, nth) = (self.tags[t].key, self.tags[t].nth);
        let mut lines = vec![vec![self.pieces[p].clone()]];
        if is_text(key) {
            self.widen(&mut lines[0], key, context);
            for _ in 1..most_lines(key) {
                let Some(next) = self.next_line(&lines[lines.len() - 1][0], key, context) else {
                    break;
                };
                self.used[next] = true;
                let mut line = vec![self.pieces[next].clone()];
                self.widen(&mut line, key, context);
                lines.push(line);
            }
        }
        Placed {
            key,
            nth,
            lines,
            reading,
            cost,
        }
    }

    /// Pieces that go on in the same line.
    fn widen(&mut self, line: &mut Vec<Piece>, key: Key, context: Context<'_>) {
        loop {
            let last = &line[line.len() - 1];
            let next = (0..self.pieces.len()).find(|&i| {
                let piece = &self.pieces[i];
                let gap = (piece.left - last.right) / last.height;
                !self.used[i]
                    && (piece.y - last.y).abs() < last.height * 0.4
                    && (-0.1..1.3).contains(&gap)
                    && self.page.confidence(piece) > 0.8
                    && (0.7..1.4).contains(&(piece.height / last.height))
                    && values::judge(key, &self.page.text(piece), context).is_some()
                    && !self.has_label(piece)
            });
            let Some(next) = next else { return };
            self.used[next] = true;
            line.push(self.pieces[next].clone());
        }
    }

    /// Whether a label stands over a piece or beside it, of which it could be the value.
    fn has_label(&self, piece: &Piece) -> bool {
        self.tags.iter().any(|tag| {
            let left = (tag.place.left - piece.left).abs() < piece.height * 1.5;
            (left && self.under(tag, piece).is_some()) || self.right_of(tag, piece).is_some_and(|c| c < 1.0)
        })
    }

    /// The piece that goes on with a value in the next line.
    fn next_line(&self, last: &Piece, key: Key, context: Context<'_>) -> Option<usize> {
        (0..self.pieces.len()).find(|&i| {
            let piece = &self.pieces[i];
            let down = (piece.y - last.y) / last.height;
            let between = self.tags.iter().any(|tag| {
                tag.place.y > last.y + last.height * 0.3
                    && tag.place.y < piece.y + piece.height * 0.4
                    && tag.place.left < piece.right
                    && tag.place.right > last.left - last.height * 4.0
            });
            // A label between that was not understood.
            let unread = self.pieces.iter().any(|other| {
                other.y > last.y + last.height * 0.3
                    && other.y < piece.y - piece.height * 0.3
                    && other.is_over(piece)
            });
            !self.used[i]
                && !unread
                && !self.heading[i]
                && (0.5..1.9).contains(&down)
                && (piece.left - last.left).abs() < last.height * 0.8
                && (0.7..1.4).contains(&(piece.height / last.height))
                && !between
                && values::judge(key, &self.page.text(piece), context).is_some()
        })
    }

    /// The unused piece directly under another one that can be the value of `key`.
    pub fn following(&mut self, last: &Piece, key: Key, context: Context<'_>) -> Option<(Piece, Reading)> {
        let next = self.next_line(last, key, context)?;
        let reading = values::judge(key, &self.page.text(&self.pieces[next]), context)?;
        self.used[next] = true;
        Some((self.pieces[next].clone(), reading))
    }
}

/// A line or a part of it, with the labels in it and the rest.
struct Run {
    place: Piece,
    labels: Vec<labels::Found>,
    rest: Vec<Piece>,
}

/// Whether a run is a value that reads like a label: it stands where a label above it that has no other value expects
/// one, and no second wording says that it is a label.
fn reads_like_a_label(runs: &[Run], at: usize) -> bool {
    let run = &runs[at];
    // No value reads letter by letter like a long label.
    let is_value = |label: &labels::Found| label.alone && !label.exact;
    if run.labels.is_empty() || !run.labels.iter().all(is_value) {
        return false;
    }
    let place = &run.place;
    runs.iter().filter(|above| !above.labels.is_empty()).any(|above| {
        let label = &above.labels[0];
        let height = place.height.max(label.place.height);
        let down = (place.y - label.place.y) / height;
        let same = run.labels.iter().any(|l| l.label == label.label);
        let beside = runs.iter().flat_map(|r| &r.rest).any(|piece| {
            let gap = (piece.left - label.place.right) / height;
            (piece.y - label.place.y).abs() < height * 0.5 && (-0.5..4.0).contains(&gap)
        });
        (0.4..1.6).contains(&down)
            && (label.place.left - place.left).abs() < height * 0.7
            && !same
            && !label.colon
            && !beside
    })
}

/// Fields whose value may read like a heading.
const fn may_be_heading(key: Key) -> bool {
    matches!(
        key,
        Key::Nationality | Key::Authority | Key::BirthPlace | Key::PlaceIssued | Key::Municipality
    )
}

/// Fields of free text.
const fn is_text(key: Key) -> bool {
    matches!(
        key,
        Key::Surname
            | Key::GivenNames
            | Key::SurnameGiven
            | Key::BirthName
            | Key::Nationality
            | Key::BirthPlace
            | Key::BirthPlaceDate
            | Key::PlaceIssued
            | Key::Authority
            | Key::Address
            | Key::Municipality
            | Key::Parents
            | Key::PermitType
            | Key::Observations
            | Key::DocumentNumber
            | Key::PersonalNumber
    )
}

/// How many lines the value of a field may take.
const fn most_lines(key: Key) -> usize {
    match key {
        Key::Address | Key::Observations => 4,
        Key::SurnameGiven | Key::Parents | Key::Authority => 3,
        Key::Surname | Key::GivenNames | Key::BirthPlace | Key::PermitType | Key::BirthPlaceDate => 2,
        _ => 1,
    }
}
