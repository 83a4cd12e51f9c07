//! Two machines, one stick between them, people who do anything in any order: the case is sent once at most.

use std::collections::HashSet;

use evidence::{
    Case, Code, CustodyEvent, DeliveryEvent, Effect, Event, HandoverId, Leg, Problem, Request, StartEvent,
    State, TryAgain, step,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::walk::{AT, NUMBERS, at_review};

#[derive(Debug, Clone, Copy)]
enum Done {
    /// A person submits, or tries again.
    Submit(usize),
    /// The queue takes up what waits.
    Queue(usize),
    /// The same without a network.
    Offline(usize),
    /// A person hands the case over to the other machine.
    HandOver(usize),
    /// The bundle is written again.
    WriteAgain(usize),
    /// A bundle is brought to a machine.
    Import(usize),
    /// A person takes the case back where no other machine has it, and destroys the bundles.
    TakeBack(usize),
}

fn anything() -> impl Strategy<Value = Done> {
    let machine = || 0..2_usize;
    prop_oneof![
        2 => machine().prop_map(Done::Submit),
        2 => machine().prop_map(Done::Queue),
        2 => machine().prop_map(Done::Offline),
        2 => machine().prop_map(Done::HandOver),
        1 => machine().prop_map(Done::WriteAgain),
        3 => machine().prop_map(Done::Import),
        1 => machine().prop_map(Done::TakeBack),
    ]
}

/// What a hand-over's bundle holds, and for which machine.
struct Bundle {
    case: Case,
    to: usize,
}

#[derive(Default)]
struct World {
    machines: [Option<Case>; 2],
    taken_in: [HashSet<HandoverId>; 2],
    bundles: Vec<Bundle>,
    handovers: u128,
    sent: usize,
}

impl World {
    fn apply(&mut self, machine: usize, event: Event) -> bool {
        let Some(case) = &self.machines[machine] else {
            return false;
        };
        let Ok(next) = step(case, event) else {
            return false;
        };
        let delivers = next.effects.contains(&Effect::Deliver);
        self.machines[machine] = Some(next.case);
        if delivers {
            self.deliver(machine);
        }
        true
    }

    /// What the station does once it is asked to deliver, with a network.
    fn deliver(&mut self, machine: usize) {
        if self.machines[machine]
            .as_ref()
            .is_some_and(|case| case.request == Request::None)
        {
            self.apply(machine, Event::Start(StartEvent::Asked { at: AT }));
            self.apply(machine, Event::Start(StartEvent::Created { numbers: NUMBERS }));
        }
        for leg in [Leg::Evidences, Leg::Video] {
            if self.apply(machine, Event::Delivery(DeliveryEvent::Sending { leg, at: AT })) {
                self.sent += usize::from(leg == Leg::Evidences);
                self.apply(machine, Event::Delivery(DeliveryEvent::Arrived { leg, at: AT }));
            }
        }
        let status = "VIDEOREVIEW".to_owned();
        self.apply(
            machine,
            Event::Delivery(DeliveryEvent::Confirmed { status, at: AT }),
        );
    }

    fn waits(&self, machine: usize) -> bool {
        self.machines[machine].as_ref().is_some_and(Case::is_queued)
    }

    fn happens(&mut self, done: Done) {
        let submit = Event::Delivery(DeliveryEvent::Submit { at: AT });
        match done {
            Done::Submit(machine) => {
                self.apply(machine, submit);
            }
            Done::Queue(machine) if self.waits(machine) => {
                let is = |state: fn(&State) -> bool| {
                    self.machines[machine]
                        .as_ref()
                        .is_some_and(|case| state(&case.state))
                };
                if is(|state| matches!(state, State::Submitting)) {
                    self.deliver(machine);
                } else {
                    self.apply(machine, submit);
                }
            }
            Done::Offline(machine) if self.waits(machine) => {
                let problem = Problem::new(Code::ServerUnreachable, TryAgain::Later);
                self.apply(machine, Event::Delivery(DeliveryEvent::Stopped { problem }));
            }
            Done::HandOver(machine) => {
                let id = HandoverId(Uuid::from_u128(self.handovers));
                self.handovers += 1;
                let to = (1 - machine).to_string();
                if self.apply(
                    machine,
                    Event::Custody(CustodyEvent::HandedOver { id, to, at: AT }),
                ) {
                    self.happens(Done::WriteAgain(machine));
                }
            }
            Done::WriteAgain(machine) => {
                let handed_over = self.machines[machine].iter().filter(|case| case.is_handed_over());
                let bundle = handed_over.map(|case| Bundle {
                    case: case.clone(),
                    to: 1 - machine,
                });
                self.bundles.extend(bundle);
            }
            Done::Import(machine) => self.import(machine),
            Done::TakeBack(machine) => {
                let handover = self.machines[machine]
                    .as_ref()
                    .and_then(|case| case.custody.handed_over.as_ref())
                    .map(|handover| handover.id);
                let taken_in = handover.is_some_and(|id| self.taken_in[1 - machine].contains(&id));
                if !taken_in {
                    self.bundles.retain(|bundle| bundle.to == machine);
                    self.apply(machine, Event::Custody(CustodyEvent::TakenBack { at: AT }));
                }
            }
            Done::Queue(_) | Done::Offline(_) => {}
        }
    }

    /// The oldest bundle for this machine that was not tried yet; it stays on the stick.
    fn import(&mut self, machine: usize) {
        for bundle in &self.bundles {
            let handover = bundle.case.custody.handed_over.as_ref().expect("it hands over");
            let known = self.machines[machine].is_some() || self.taken_in[machine].contains(&handover.id);
            if bundle.to != machine || known {
                continue;
            }
            let event = CustodyEvent::TakenIn {
                device: (1 - machine).to_string(),
                at: AT,
            };
            let taken_in = step(&bundle.case, Event::Custody(event)).expect("a hand-over is taken in");
            self.taken_in[machine].insert(handover.id);
            self.machines[machine] = Some(taken_in.case);
            return;
        }
    }
}

proptest! {
    #[test]
    fn a_case_between_two_machines_is_sent_once_at_most(done in prop::collection::vec(anything(), 1..60)) {
        let mut world = World::default();
        world.machines[0] = Some(at_review());
        for done in done {
            world.happens(done);
            prop_assert!(world.sent <= 1, "sent {} times", world.sent);
            let responsible = world.machines.iter().flatten().filter(|case| !case.is_handed_over());
            prop_assert!(responsible.count() <= 1, "two machines deliver it");
        }
    }
}
