//! Corners, and what was read inside them.

use std::collections::BTreeMap;

use super::{Case, Rejection, Showing, State, Step};
use crate::{
    Basis, Change, Check, Corners, Exhibit, FieldKey, Fields, LookedAt, Outline, OutlinedBy, Reading, Role,
    UtcMillis,
};

/// The sides of a document, in the order they are read.
const SIDES: [Role; 2] = [Role::Front, Role::Rear];

impl Case {
    /// What there is to read now and was not: the accepted sides. `None` where that was done, or it is too late for it.
    #[must_use]
    pub fn to_be_read(&self) -> Option<BTreeMap<Role, LookedAt>> {
        let sides = self.sides();
        let done = self.reading.as_ref().is_some_and(|reading| reading.of == sides);
        let wanted = !sides.is_empty() && !done && self.takes_a_reading();
        wanted.then_some(sides)
    }

    fn sides(&self) -> BTreeMap<Role, LookedAt> {
        SIDES
            .into_iter()
            .filter(|&role| self.has_step(Step::capturing(role)))
            .filter_map(|role| Some((role, LookedAt::of(self.exhibits.get(&role)?))))
            .collect()
    }

    fn takes_a_reading(&self) -> bool {
        Step::WALK.contains(&self.step())
    }

    /// What was measured holds until a person says otherwise.
    pub(super) fn claim_what_was_measured(&mut self) {
        let read = self.reading.iter().flat_map(|reading| &reading.measured);
        let compared = self.faces.iter().flat_map(|faces| &faces.measured);
        let register = self
            .register
            .iter()
            .map(|answer| (&Check::DocumentsMatch, &answer.measured));
        for (check, finding) in read.chain(compared).chain(register) {
            self.findings.entry(*check).or_insert_with(|| finding.clone());
        }
        if self.similarity.is_none() {
            self.similarity = self.measured_similarity();
        }
    }

    /// Forgets what was read in a picture that is not there any more.
    pub(super) fn drop_stale_reading(&mut self) {
        let sides = self.sides();
        let is_stale = |reading: &Reading| reading.of.iter().any(|(role, of)| sides.get(role) != Some(of));
        if self.reading.as_ref().is_some_and(is_stale) {
            self.reading = None;
        }
    }

    /// Notes whose value stands where a machine had read another.
    pub(super) fn note_changes(&mut self, fields: &Fields, by: Option<&str>, at: UtcMillis) {
        let Some(reading) = &self.reading else { return };
        for (&key, read) in &reading.fields {
            // EXPOSE: compared with what the person typed.
            let as_read = key.tidy(read.value.expose());
            if fields.get(key) == as_read {
                self.changes.remove(&key);
            } else if self.fields.get(key) != fields.get(key) || !self.changes.contains_key(&key) {
                let by = by.map(str::to_owned);
                self.changes.insert(key, Change { by, at });
            }
        }
    }

    /// The value a machine read for `key`, as it would stand in the field.
    #[must_use]
    pub fn proposed(&self, key: FieldKey) -> Option<String> {
        let read = self.reading.as_ref()?.fields.get(&key)?;
        // EXPOSE: proposed to the person it belongs to.
        let text = key.tidy(read.value.expose());
        (!text.is_empty() && key.fault(&text).is_none()).then_some(text)
    }
}

pub(super) fn read(case: &mut Case, reading: Reading) -> Result<(), Rejection> {
    let inside = reading.portrait.is_none_or(|crop| crop.is_inside());
    let corners = reading.fields.values().filter_map(|field| field.corners);
    let measured = reading
        .measured
        .values()
        .all(|finding| matches!(finding.basis, Basis::Measured { .. }));
    if case.to_be_read().as_ref() != Some(&reading.of) || !measured {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    if !inside || !corners.into_iter().all(|corners| corners.are_possible()) {
        return Err(Rejection::CropOutside);
    }
    // What an earlier reading measured is measured anew.
    case.findings
        .retain(|_, finding| !matches!(finding.basis, Basis::Measured { .. }));
    case.reading = Some(reading);
    case.claim_what_was_measured();
    Ok(())
}

/// A person put the corners on the picture that is shown.
pub(super) fn outlined(case: &mut Case, corners: Corners) -> Result<(), Rejection> {
    let out_of_order = Rejection::OutOfOrder(case.step());
    if !corners.are_possible() {
        return Err(Rejection::CropOutside);
    }
    let State::Capture { role, showing } = &mut case.state else {
        return Err(out_of_order);
    };
    let role = *role;
    if !SIDES.contains(&role) {
        return Err(out_of_order);
    }
    let outline = Some(Outline {
        corners,
        by: OutlinedBy::Person,
    });
    match showing {
        Showing::Taken { exhibit } => exhibit.outline = outline,
        Showing::Accepted => {
            let exhibit: &mut Exhibit = case.exhibits.get_mut(&role).ok_or(out_of_order)?;
            exhibit.outline = outline;
            case.drop_stale_reading();
            case.withdraw_judgements();
        }
        Showing::Live | Showing::Recording { .. } => return Err(out_of_order),
    }
    Ok(())
}
