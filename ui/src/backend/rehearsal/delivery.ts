// The way to the server, pretended.

import type { DeliveryView, Leg, ReviewView } from '../generated';
import { pause, problem, type Stand } from './stand';

/** The review of a case nobody decided on. */
export function undecided(): ReviewView {
  return { state: 'open', officer: null, at: null, four_eyes: null, reason: null, taken_by: ['Inés'] };
}

export async function deliver(stand: Stand): Promise<void> {
  const legs: Leg[] = ['evidences', 'video'];
  if (stand.current().request.state !== 'known') {
    await pause(900);
    stand.tellOf({ request: { state: 'known', request_pk: 45836, videoid_pk: 16673 } });
  }
  for (const leg of legs) {
    setLeg(stand, leg, 'sending');
    const total = leg === 'evidences' ? 3_482_112 : 14_204_511;
    for (let part = 0; part <= 20; part += 1) {
      await pause(leg === 'video' ? 200 : 70);
      if (stand.held?.step !== 'submitting') return;
      if (part === 12 && leg === 'video' && stand.knob('delivery')) {
        stand.tellOf({
          step: 'failed',
          request: stand.knob('delivery') === 'request_uncertain' ? { state: 'uncertain' } : stand.current().request,
          delivery: byItself(stand),
          problem: problem(stand.knob('delivery') ?? 'internal', 'now', '413 Request Entity Too Large (nginx)'),
        });
        return;
      }
      const elapsed = part * (leg === 'video' ? 200 : 70);
      stand.tell({
        about: 'upload',
        upload: {
          case: stand.current().id,
          leg,
          sent: Math.round((total * part) / 20),
          total,
          elapsed_ms: elapsed,
          remaining_ms: part === 0 ? null : Math.round((elapsed / part) * (20 - part)),
        },
      });
    }
    setLeg(stand, leg, 'arrived');
  }
  await pause(800);
  const { delivery } = stand.current();
  stand.tellOf({
    step: 'submitted',
    delivery: delivery && { ...delivery, confirmed_at: Date.now(), status: 'VIDEOREVIEW' },
    review: undecided(),
    kept: { until: Date.now() + 24 * 3_600_000, removed_at: null },
  });
}

function setLeg(stand: Stand, leg: Leg, state: 'sending' | 'arrived'): void {
  const { delivery } = stand.current();
  if (!delivery) return;
  const legs = delivery.legs.map((entry) => (entry.leg === leg ? { leg, state } : entry));
  stand.tellOf({ delivery: { ...delivery, legs } });
}


/** Without a network it goes out by itself once there is one; the rest waits for a person here. */
function byItself(stand: Stand): DeliveryView | null {
  const { delivery } = stand.current();
  const offline = stand.knob('delivery') === 'server_unreachable';
  return delivery && { ...delivery, by_itself: offline, failed_attempts: 1, next_at: Date.now() + 5_000 };
}
