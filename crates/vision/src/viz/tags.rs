//! What the labels of a page stand for together.

use super::{
    Key, labels,
    page::{Page, Piece},
    wordings::Label,
};

/// A label and what it stands for on this document.
pub(super) struct Tag {
    /// Its first line.
    pub place: Piece,
    /// The level of its last line.
    pub bottom: f32,
    /// The field.
    pub key: Key,
    /// Which of two surnames, 0 for all.
    pub nth: u8,
    /// Whether an authority follows under the date.
    pub authority_follows: bool,
    /// Whether a colon follows, so that the value is beside it.
    pub colon: bool,
    /// Whether its field is none that is looked for.
    pub ignored: bool,
}

/// Says of each label what it stands for here, and puts the lines of one label together.
pub(super) fn tags(found: Vec<labels::Found>) -> Vec<Tag> {
    let has = |key| found.iter().any(|f| f.label == Label::Field(key));
    let any_name = match (has(Key::Surname), has(Key::GivenNames)) {
        (true, false) => Key::GivenNames,
        (_, true) => Key::Surname,
        (false, false) => Key::SurnameGiven,
    };
    let mut tags: Vec<Tag> = Vec::new();
    for label in found {
        let (key, nth) = match label.label {
            Label::Field(key) => (key, 0),
            Label::NthSurname(nth) => (Key::Surname, nth),
            Label::AnyName => (any_name, 0),
            Label::AnyDate | Label::IssueDateAuthority => (Key::IssueDate, 0),
            Label::AnyNumber => (Key::DocumentNumber, 0),
            Label::Other => (Key::Observations, 0),
        };
        let place = label.place;
        let beside = tags.iter_mut().find(|tag| {
            let gap = (place.left - tag.place.right) / place.height;
            tag.key == key && (tag.place.y - place.y).abs() < place.height * 0.6 && (-0.5..3.0).contains(&gap)
        });
        if let Some(tag) = beside.filter(|_| label.goes_on) {
            tag.colon |= label.colon;
            tag.place.right = place.right;
            continue;
        }
        let above = tags.iter_mut().find(|tag| {
            let down = (place.y - tag.bottom) / place.height.max(tag.place.height);
            tag.key == key && tag.nth == nth && (0.4..1.5).contains(&down) && tag.place.is_over(&place)
        });
        if let Some(tag) = above {
            tag.bottom = place.y;
            tag.colon |= label.colon;
            tag.place.right = tag.place.right.max(place.right);
            continue;
        }
        tags.push(Tag {
            bottom: place.y,
            place,
            key,
            nth,
            authority_follows: label.label == Label::IssueDateAuthority,
            colon: label.colon,
            ignored: label.label == Label::Other,
        });
    }
    tags
}

/// Cuts a piece that runs through under several labels of one row: the values of its columns were read as one line.
pub(super) fn cut_at_columns(page: &Page, piece: Piece, tags: &[Tag]) -> Vec<Piece> {
    let over = |tag: &&Tag| {
        let down = (piece.y - tag.bottom) / piece.height;
        (0.35..2.6).contains(&down) && tag.place.left < piece.right - piece.height * 0.3
    };
    let first = tags
        .iter()
        .filter(over)
        .any(|tag| (tag.place.left - piece.left).abs() < piece.height * 1.5);
    if !first {
        return vec![piece];
    }
    let mut cuts: Vec<usize> = tags
        .iter()
        .filter(over)
        .filter(|tag| tag.place.left > piece.left + piece.height)
        .filter_map(|tag| {
            page.starts(&piece)
                .into_iter()
                .find(|(_, x)| (x - tag.place.left).abs() < piece.height * 0.6)
                .map(|(at, _)| at)
        })
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut from = piece.from;
    let mut pieces = Vec::new();
    for to in cuts.into_iter().chain([piece.to]) {
        pieces.extend(page.piece(piece.row, from, to));
        from = to;
    }
    pieces
}
