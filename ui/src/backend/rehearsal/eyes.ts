// What the pretended booth sees: the card it draws itself, and what is written on it.

import type { CaseView, CauseView, Corners, FieldKey, HintView, ReadFieldView, Role, SightView } from '../generated';
import { onCard } from './pictures';
import type { Stand } from './stand';

/** A new picture is good after so long, and taken after so much longer. */
const SETTLES_MS = 1500;
const HOLDS_MS = 600;

/** How long the live picture of a step was looked at. */
export interface Look {
  role: Role;
  since: number;
  failures: number;
}

/** What is seen on the live picture of a face at `now`; `?hint=<hint>` is wrong with it for ever. */
export function faceAt(stand: Stand, look: Look, now: number, sequence: number): SightView {
  const held = now - look.since - SETTLES_MS;
  const hint = (stand.knobs.get('hint') as HintView | null) ?? (held < 0 ? 'centre' : null);
  return {
    case: stand.held?.id ?? '',
    role: look.role,
    sequence,
    corners: null,
    advice: null,
    hint,
    shutter: moment(stand, hint === null, held),
    help: helpFor(look, now),
    coarse: false,
  };
}

/** What the booth is about to do `held` milliseconds after all was well. */
function moment(stand: Stand, well: boolean, held: number): SightView['shutter'] {
  if (!well || stand.knobs.get('auto') === 'no') return { state: 'waiting' };
  return held < HOLDS_MS ? { state: 'holding', share: held / HOLDS_MS } : { state: 'taking' };
}

function helpFor(look: Look, now: number): SightView['help'] {
  return look.failures >= 3 ? 'other_ways' : now - look.since > 10_000 ? 'slow' : 'none';
}

/** What is seen on the live picture of a document at `now`; `?sight=<cause>` is wrong with it for ever. */
export function sightAt(stand: Stand, look: Look, now: number, sequence: number): SightView {
  const kind = stand.held?.document?.kind ?? 'identity_card';
  const wrong = stand.knobs.get('sight') as CauseView | null;
  const held = now - look.since - SETTLES_MS;
  const cause: CauseView | null = wrong ?? (held < 0 ? 'moving' : null);
  const corners = cause === 'absent' ? null : onCard(kind, now);
  const places: Partial<Record<CauseView, Corners>> = {
    glare: onCard(kind, now, { x: 480, y: 120, width: 190, height: 120 }),
    covered: onCard(kind, now, { x: 780, y: 400, width: 160, height: 180 }),
  };
  return {
    case: stand.held?.id ?? '',
    role: look.role,
    sequence,
    corners,
    advice: cause && { cause, corners: places[cause] ?? corners },
    hint: null,
    shutter: moment(stand, cause === null, held),
    help: helpFor(look, now),
    coarse: stand.knobs.has('coarse'),
  };
}

const LINES: readonly [FieldKey, string, number][] = [
  ['first_surname', 'EJEMPLO', 0],
  ['second_surname', 'DE PRUEBA', 1],
  ['given_name', 'ALMA', 2],
  ['serial_number', 'UT0123456', 3],
];

/** The booth has read what was accepted; `?reading=no`: it has not. */
export function readAll(stand: Stand): CaseView | null {
  const { exhibits, document, fields } = stand.current();
  const front = exhibits.find((exhibit) => exhibit.role === 'front');
  if (!front || stand.knobs.get('reading') === 'no') return null;
  const kind = document?.kind ?? 'identity_card';
  // The picture that was accepted is drawn as of its own moment.
  const at = stand.drawnAt.get(front.object) ?? 0;
  const read = (key: FieldKey): ReadFieldView | null => {
    const line = LINES.find(([of]) => of === key);
    if (!line) return null;
    const [, value, row] = line;
    return {
      value,
      source: key === 'serial_number' ? 'mrz' : 'visual_zone',
      confidence: 0.94,
      repaired: stand.knobs.get('reading') === 'doubtful' && key === 'serial_number',
      role: 'front',
      corners: onCard(kind, at, { x: 315, y: 156 + row * 78, width: 260, height: 38 }),
      other: stand.knobs.get('reading') === 'doubtful' && key === 'given_name' ? 'ALBA' : null,
    };
  };
  const [upper, , lower] = onCard(kind, at, { x: 45, y: 130, width: 230, height: 306 });
  return stand.change({
    reading: {
      method: 'rehearsal/1',
      at: Date.now(),
      portrait: { x: upper[0], y: upper[1], width: lower[0] - upper[0], height: lower[1] - upper[1] },
      hints: stand.knobs.get('reading') === 'doubtful' ? ['no_colour', 'check_digits'] : [],
    },
    fields: fields.map((field) => ({ ...field, read: read(field.key) })),
    checks: stand.current().checks.map((check) =>
      check.check === 'document_not_expired' && check.attested_by === null
        ? { ...check, passed: true, measured_by: 'rehearsal/1', score: 1240, threshold: 0 }
        : check,
    ),
  });
}
