// The script of the video, pretended: each prompt is answered after a moment, or its time passes.

import type { Chapter, Prompt, PromptEnd, PromptResult } from '../generated';
import type { Stand } from './stand';

const STEPS: readonly { prompt: Prompt; digits: string | null; limit: number; takes: number; end: PromptEnd }[] = [
  { prompt: 'fingers', digits: '35', limit: 8000, takes: 8000, end: 'time_passed' },
  { prompt: 'front', digits: null, limit: 15_000, takes: 3000, end: 'seen' },
  { prompt: 'tilt', digits: null, limit: 6000, takes: 6000, end: 'time_passed' },
  { prompt: 'fingers', digits: '24', limit: 8000, takes: 8000, end: 'time_passed' },
  { prompt: 'back', digits: null, limit: 15_000, takes: 15_000, end: 'missed' },
];
const SAID = 1200;

/** The chapters of a video that lies there already. */
export const CHAPTERS: Chapter[] = [
  { at_ms: 0, what: 'asked', prompt: 'front' },
  { at_ms: 300, what: 'face_seen' },
  { at_ms: 2900, what: 'seen', prompt: 'front' },
  { at_ms: 4100, what: 'asked', prompt: 'fingers', digits: '35' },
  { at_ms: 8000, what: 'asked', prompt: 'back' },
  { at_ms: 11_400, what: 'seen', prompt: 'back' },
];

export interface Asked {
  goOn(number: number): void;
  results(): PromptResult[];
  /** Ends it; what happened. */
  end(): Chapter[];
}

export function ask(stand: Stand): Asked {
  const began = performance.now();
  const past: PromptResult[] = [];
  const chapters: Chapter[] = [];
  let asked = began;
  let ended: number | null = null;
  const now = () => Math.round(performance.now() - began);
  const about = () => {
    const { prompt, digits } = STEPS[past.length] ?? { prompt: 'tilt' as const, digits: null };
    return { prompt, ...(digits === null ? {} : { digits }) };
  };
  chapters.push({ at_ms: 0, what: 'asked', ...about() }, { at_ms: 200, what: 'face_seen' });

  const clock = window.setInterval(() => {
    const step = STEPS[past.length];
    if (step && ended === null && performance.now() - asked >= step.takes) over(step.end);
    if (ended !== null && performance.now() - ended >= (STEPS[past.length - 1]?.end === 'time_passed' ? 0 : SAID)) next();
    tell();
  }, 150);

  function over(end: PromptEnd): void {
    const step = STEPS[past.length];
    if (!step) return;
    if (end === 'seen' || end === 'missed') chapters.push({ at_ms: now(), what: end, ...about() });
    past.push({ prompt: step.prompt, digits: step.digits, end });
    ended = performance.now();
  }

  function next(): void {
    ended = null;
    asked = performance.now();
    if (STEPS[past.length]) chapters.push({ at_ms: now(), what: 'asked', ...about() });
  }

  function tell(): void {
    const number = ended === null ? past.length : past.length - 1;
    const step = STEPS[number];
    stand.tell({
      about: 'prompt',
      prompt: {
        case: stand.current().id,
        number,
        of: STEPS.length,
        prompt: step?.prompt ?? null,
        digits: step?.digits ?? null,
        left_ms: step ? Math.max(0, step.limit - (performance.now() - asked)) : 0,
        limit_ms: step?.limit ?? 0,
        end: ended === null ? null : (past.at(-1)?.end ?? null),
        looked_for: step?.prompt === 'front' || step?.prompt === 'back',
        past: [...past],
      },
    });
  }

  return {
    goOn: (number) => {
      if (number !== past.length || ended !== null) return;
      over('went_on');
      next();
    },
    results: () => STEPS.map((step, index) => past[index] ?? { prompt: step.prompt, digits: step.digits, end: null }),
    end: () => {
      window.clearInterval(clock);
      return chapters;
    },
  };
}
