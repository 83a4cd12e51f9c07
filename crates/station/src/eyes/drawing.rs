//! The script of a recording: drawn from a nonce and the case it is for, so that a record shows by itself that nobody
//! chose it.
//!
//! The prompts come in any order, and the digits among them, two at most at a time. So many digits are drawn that one
//! of a million scripts comes, whatever is asked for.

use evidence::{Case, CaseId, Prompt, Script, ScriptStep};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::challenge;
use crate::practice::ANSWERED;

/// How a script is drawn; raised when another would come of the same nonce.
const DRAWN: &[u8] = b"proofbooth-script/1";
/// So many bits nobody can guess, at least.
const LEAST_BITS: f64 = 20.0;
/// Digits that are asked for at a time.
const AT_A_TIME: usize = 2;
/// In so many orders movements are asked for: a test counts them.
const MOVEMENTS: f64 = 56.0;
/// Enough for practice's order to come up: one in 20,160 scripts has it.
const TRIES: usize = 500_000;

/// What is asked for, whatever the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    /// Whether the document has a back.
    pub back: bool,
    /// Whether movements are asked for.
    pub moves: bool,
    /// Whether digits are said; else they are shown with the fingers.
    pub speaks: bool,
}

/// The time there is for each prompt, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// To hold a side of the document beside the face.
    pub document: u64,
    /// To tilt it.
    pub tilt: u64,
    /// To read what is asked, before the first digit.
    pub first_digit: u64,
    /// For each digit.
    pub digit: u64,
}

impl Limits {
    /// Slow people too, who first have to read what is asked.
    pub const USUAL: Self = Self {
        document: 15_000,
        tilt: 6_000,
        first_digit: 3_000,
        digit: 2_500,
    };
    /// The drawn person tilts at once, and shows no fingers.
    pub const PRACTICE: Self = Self {
        document: 8_000,
        tilt: 1_800,
        first_digit: 800,
        digit: 400,
    };
}

impl Form {
    /// What is asked for besides digits, in the order of practice.
    fn prompts(self) -> Vec<Prompt> {
        let mut prompts = vec![Prompt::Front, Prompt::Tilt];
        prompts.extend(self.back.then_some(Prompt::Back));
        prompts.extend(self.moves.then_some(Prompt::Movements));
        prompts
    }

    const fn asks_for_digits(self) -> Prompt {
        if self.speaks {
            Prompt::Speech
        } else {
            Prompt::Fingers
        }
    }

    /// One to five can be shown with the fingers of a hand.
    const fn digits_there_are(self) -> u32 {
        if self.speaks { 10 } else { 5 }
    }

    /// Different scripts with so many digits.
    fn scripts(self, digits: usize) -> f64 {
        let prompts = self.prompts().len();
        let groups = digits.div_ceil(AT_A_TIME);
        let orders: f64 = (groups + 1..=groups + prompts).map(float).product();
        let movements = if self.moves { MOVEMENTS } else { 1.0 };
        let shown = f64::from(self.digits_there_are()).powi(i32::try_from(digits).unwrap_or(i32::MAX));
        orders * movements * shown
    }

    /// How many digits are asked for.
    fn digits(self) -> usize {
        (1..)
            .find(|&digits| self.scripts(digits).log2() >= LEAST_BITS)
            .unwrap_or(usize::MAX)
    }

    /// How many bits of a script nobody can guess: each is as likely as any other.
    pub fn bits(self) -> f64 {
        self.scripts(self.digits()).log2()
    }

    /// The same, rounded down.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some twenty"
    )]
    pub fn whole_bits(self) -> u32 {
        self.bits() as u32
    }

    /// A few bytes that tell the forms apart.
    fn bytes(self) -> [u8; 3] {
        [self.back, self.moves, self.speaks].map(u8::from)
    }
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Draws numbers from 128 bits. Against the few that are drawn, none is measurably likelier.
struct Draws(u128);

impl Draws {
    /// A number below `of`.
    fn below(&mut self, of: usize) -> usize {
        let of = of as u128;
        let drawn = self.0 % of;
        self.0 /= of;
        usize::try_from(drawn).unwrap_or_default()
    }
}

/// What `nonce` draws for `case`: where each prompt stands, and what is left for digits.
fn draws(form: Form, case: CaseId, nonce: &str) -> [Draws; 2] {
    let digest = Sha256::new_with_prefix(DRAWN)
        .chain_update(case.0.as_bytes())
        .chain_update(form.bytes())
        .chain_update(nonce.as_bytes())
        .finalize();
    let half = |from: usize| {
        let bits = digest[from..from + 16].iter();
        Draws(bits.fold(0, |sum, &byte| (sum << 8) | u128::from(byte)))
    };
    [half(0), half(16)]
}

/// The prompts in their order; where digits belong, nothing.
fn order(form: Form, draws: &mut Draws) -> Vec<Option<Prompt>> {
    let prompts = form.prompts();
    let mut free: Vec<usize> = (0..prompts.len() + form.digits().div_ceil(AT_A_TIME)).collect();
    let mut order = vec![None; free.len()];
    for prompt in prompts {
        let place = free.remove(draws.below(free.len()));
        order[place] = Some(prompt);
    }
    order
}

/// The order of practice: the document, digits, movements.
fn practised(form: Form) -> Vec<Option<Prompt>> {
    let prompts = form.prompts();
    let (document, movements): (Vec<Prompt>, Vec<Prompt>) = prompts
        .into_iter()
        .partition(|prompt| *prompt != Prompt::Movements);
    let digits = vec![None; form.digits().div_ceil(AT_A_TIME)];
    let document = document.into_iter().map(Some);
    document
        .chain(digits)
        .chain(movements.into_iter().map(Some))
        .collect()
}

/// A nonce for `case` that nobody knew before. Practice waits for the one order that its drawn person answers.
pub(crate) fn nonce(form: Form, case: CaseId, practice: bool) -> String {
    let draw = || Uuid::new_v4().simple().to_string();
    if !practice {
        return draw();
    }
    let wanted = practised(form);
    let is_practised = |nonce: &String| {
        let [mut places, _] = draws(form, case, nonce);
        order(form, &mut places) == wanted && (!form.moves || challenge::asks_for(case, nonce, &ANSWERED))
    };
    (0..TRIES).map(|_| draw()).find(is_practised).unwrap_or_else(draw)
}

/// The form a script of `case` has.
pub(crate) fn form_of(case: &Case, script: &Script) -> Form {
    let asks = |prompt| script.steps.iter().any(|step| step.prompt == prompt);
    Form {
        back: case.document.is_none_or(|document| document.kind.has_rear()),
        moves: asks(Prompt::Movements),
        speaks: asks(Prompt::Speech),
    }
}

/// Whether a script is the one its nonce draws for `case`: nobody chose it.
pub(crate) fn is_drawn(case: &Case, script: &Script) -> bool {
    let drawn = steps(form_of(case, script), case.id, &script.nonce, &Limits::USUAL);
    let asked = |steps: &[ScriptStep]| -> Vec<(Prompt, Option<String>)> {
        steps
            .iter()
            .map(|step| (step.prompt, step.digits.clone()))
            .collect()
    };
    asked(&drawn) == asked(&script.steps)
}

/// The steps that come of `nonce` for `case`.
pub(crate) fn steps(form: Form, case: CaseId, nonce: &str, limits: &Limits) -> Vec<ScriptStep> {
    let [mut places, mut shown] = draws(form, case, nonce);
    let mut left = form.digits();
    let least = u32::from(!form.speaks);
    let mut digits = || {
        let now = left.min(AT_A_TIME);
        left -= now;
        let digit = |_| {
            let drawn = shown.below(form.digits_there_are() as usize);
            char::from_digit(u32::try_from(drawn).unwrap_or_default() + least, 10).unwrap_or('0')
        };
        (0..now).map(digit).collect::<String>()
    };
    let step = |prompt: Option<Prompt>| {
        let digits = prompt.is_none().then(&mut digits);
        let prompt = prompt.unwrap_or(form.asks_for_digits());
        let limit_ms = match prompt {
            Prompt::Front | Prompt::Back => limits.document,
            Prompt::Tilt => limits.tilt,
            Prompt::Fingers | Prompt::Speech => {
                limits.first_digit + limits.digit * digits.as_ref().map_or(0, |text| text.len() as u64)
            }
            Prompt::Movements => challenge::steps(case, nonce)
                .iter()
                .map(|step| step.limit_ms)
                .sum(),
        };
        ScriptStep {
            prompt,
            digits,
            limit_ms,
        }
    };
    order(form, &mut places).into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const CASE: CaseId = CaseId(Uuid::from_u128(7));

    fn forms() -> impl Iterator<Item = Form> {
        (0..8_u8).map(|bits| Form {
            back: bits & 1 != 0,
            moves: bits & 2 != 0,
            speaks: bits & 4 != 0,
        })
    }

    fn drawn(form: Form, case: CaseId, nonce: &str) -> Vec<ScriptStep> {
        steps(form, case, nonce, &Limits::USUAL)
    }

    fn nonces(number: u32) -> impl Iterator<Item = String> {
        (0..number).map(|n| format!("{n:032x}"))
    }

    #[test]
    fn as_many_orders_of_movements_are_counted_as_there_are() {
        let orders = vision::liveness::Script::orders(vision::liveness::Script::STEPS);
        assert!((float(orders) - MOVEMENTS).abs() < f64::EPSILON);
    }

    #[test]
    fn no_form_can_be_guessed_in_less_than_twenty_bits() {
        for form in forms() {
            let bits = form.bits();
            assert!(bits >= 20.0, "{form:?}: {bits}");
            // Nobody is asked for more digits than it takes.
            let fewer = form.scripts(form.digits() - 1).log2();
            assert!(fewer < 20.0, "{form:?}: {fewer}");
            assert!(form.digits() <= 7, "{form:?}");
        }
    }

    #[test]
    fn each_script_has_every_prompt_once_and_digits_two_at_a_time() {
        for form in forms() {
            for nonce in nonces(200) {
                let steps = drawn(form, CASE, &nonce);
                for prompt in form.prompts() {
                    assert_eq!(steps.iter().filter(|step| step.prompt == prompt).count(), 1);
                }
                let digits: Vec<&String> = steps.iter().filter_map(|step| step.digits.as_ref()).collect();
                assert!(digits.iter().all(|text| (1..=AT_A_TIME).contains(&text.len())));
                let all: String = digits.into_iter().map(String::as_str).collect();
                assert_eq!(all.len(), form.digits());
                let can = |digit: char| form.speaks || ('1'..='5').contains(&digit);
                assert!(
                    all.chars().all(|digit| digit.is_ascii_digit() && can(digit)),
                    "{all}"
                );
                assert!(steps.iter().all(|step| step.limit_ms > 0));
            }
        }
    }

    #[test]
    fn every_order_and_every_digit_comes_about_as_often() {
        let form = Form {
            back: false,
            moves: false,
            speaks: false,
        };
        let (mut orders, mut digits) = (BTreeMap::<Vec<Prompt>, u32>::new(), BTreeMap::<char, u32>::new());
        for nonce in nonces(6_000) {
            let steps = drawn(form, CASE, &nonce);
            *orders
                .entry(steps.iter().map(|step| step.prompt).collect())
                .or_default() += 1;
            for digit in steps
                .iter()
                .filter_map(|step| step.digits.as_deref())
                .flat_map(str::chars)
            {
                *digits.entry(digit).or_default() += 1;
            }
        }
        assert_eq!((orders.len(), digits.len()), (30, 5));
        assert!(
            orders.values().all(|&count| count.abs_diff(200) < 70),
            "{orders:?}"
        );
        assert!(
            digits.values().all(|&count| count.abs_diff(8_400) < 400),
            "{digits:?}"
        );
    }

    #[test]
    fn the_script_follows_from_nonce_case_and_form() {
        let form = Form {
            back: true,
            moves: true,
            speaks: false,
        };
        let scripts: BTreeSet<String> = nonces(500)
            .map(|nonce| {
                let steps = drawn(form, CASE, &nonce);
                assert_eq!(steps, drawn(form, CASE, &nonce), "the same again");
                assert_ne!(steps, drawn(Form { moves: false, ..form }, CASE, &nonce));
                format!("{steps:?}")
            })
            .collect();
        // Of 45,000 orders with digits, two of 500 nonces may well draw the same one.
        assert!(scripts.len() > 480, "{}", scripts.len());
        let other = CaseId(Uuid::from_u128(8));
        let differ = nonces(100).filter(|nonce| drawn(form, CASE, nonce) != drawn(form, other, nonce));
        assert!(differ.count() > 95, "another case, another script");
    }

    #[test]
    fn no_nonce_comes_twice_and_practice_gets_the_order_it_can_answer() {
        for form in forms() {
            let all: BTreeSet<String> = (0..100).map(|_| nonce(form, CASE, false)).collect();
            assert_eq!(all.len(), 100);
        }
        let form = Form {
            back: true,
            moves: true,
            speaks: false,
        };
        let (one, other) = (nonce(form, CASE, true), nonce(form, CASE, true));
        assert_ne!(one, other, "and still anew each time");
        for nonce in [one, other] {
            let prompts: Vec<Prompt> = drawn(form, CASE, &nonce).iter().map(|step| step.prompt).collect();
            let expected = [
                Prompt::Front,
                Prompt::Tilt,
                Prompt::Back,
                Prompt::Fingers,
                Prompt::Fingers,
                Prompt::Movements,
            ];
            assert_eq!(prompts, expected);
            assert!(challenge::asks_for(CASE, &nonce, &ANSWERED));
        }
    }
}
