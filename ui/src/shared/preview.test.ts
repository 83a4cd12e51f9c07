import { describe, expect, it } from 'vitest';

import type { ProblemView, Pulled } from '../backend';
import { follow, lookOut, mayReturn } from './preview';

const picture = (sequence: number): Pulled => ({ state: 'picture', sequence, jpeg: new Blob([String(sequence)]) });
const busy: ProblemView = { code: 'camera_busy', try_again: 'now', detail: null, field: null };

/** Follows a camera that answers with `answers`, in order, and then fails. */
async function watch(answers: (Pulled | Error)[], spoiled: readonly string[] = []) {
  const asked: number[] = [];
  const shown: number[] = [];
  const failures: (ProblemView | Error)[] = [];
  let waits = 0;
  await follow<string>(
    {
      async pull(after) {
        asked.push(after);
        const next = answers.shift() ?? ({ state: 'failed', problem: busy } as const);
        if (next instanceof Error) throw next;
        return next;
      },
      async decode(jpeg) {
        const text = await jpeg.text();
        if (spoiled.includes(text)) throw new Error('damaged');
        return text;
      },
      show: (_picture, sequence) => shown.push(sequence),
      failed: (reason) => failures.push(reason),
      wait: async () => void (waits += 1),
    },
    new AbortController().signal,
  );
  return { asked, shown, failures, waits };
}

describe('following a camera', () => {
  it('asks for what is newer than what it shows, and skips what it missed', async () => {
    const { asked, shown } = await watch([picture(1), picture(2), picture(40)]);
    expect(shown).toEqual([1, 2, 40]);
    expect(asked).toEqual([0, 1, 2, 40]);
  });

  it('asks again when there is nothing new, from the start: the camera may have been opened anew', async () => {
    const { asked, shown } = await watch([picture(900), { state: 'nothing' }, picture(1)]);
    expect(asked.slice(0, 3)).toEqual([0, 900, 0]);
    expect(shown).toEqual([900, 1]);
  });

  it('stops when the camera failed, and says why', async () => {
    const { asked, failures } = await watch([picture(1), { state: 'failed', problem: busy }, picture(2)]);
    expect(failures).toEqual([busy]);
    expect(asked).toHaveLength(2);
  });

  it('goes on after a damaged picture', async () => {
    const { shown, failures } = await watch([picture(1), picture(2), picture(3)], ['2']);
    expect(shown).toEqual([1, 3]);
    expect(failures, 'only the end of the answers').toEqual([busy]);
  });

  it('gives up on a booth that does not answer, not at once', async () => {
    const { failures, waits } = await watch(Array.from({ length: 20 }, () => new Error('no booth')));
    expect(failures).toEqual([new Error('no booth')]);
    expect(waits).toBeGreaterThan(3);
  });

  it('shows nothing any more once it was ended, not even what was under way', async () => {
    const end = new AbortController();
    const shown: number[] = [];
    await follow<string>(
      {
        async pull() {
          end.abort();
          return picture(1);
        },
        decode: (jpeg) => jpeg.text(),
        show: (_picture, sequence) => shown.push(sequence),
        failed: () => expect.unreachable('leaving is no failure'),
        wait: async () => {},
      },
      end.signal,
    );
    expect(shown).toEqual([]);
  });
});

describe('looking for a camera that failed', () => {
  const failed = (code: ProblemView['code']): ProblemView => ({ ...busy, code });

  it('goes on until it is back', async () => {
    let looks = 0;
    const waited: number[] = [];
    await lookOut(
      {
        look: async () => (looks += 1) < 3,
        wait: async (milliseconds) => void waited.push(milliseconds),
      },
      new AbortController().signal,
    );
    expect(looks).toBe(3);
    expect(waited, 'at a calm pace').toEqual([2_000, 2_000, 2_000]);
  });

  it('ends with the screen that showed it', async () => {
    const end = new AbortController();
    let looks = 0;
    await lookOut(
      {
        look: async () => (looks += 1) > 0,
        wait: async () => {
          if (looks === 2) end.abort();
        },
      },
      end.signal,
    );
    expect(looks).toBe(2);
  });

  it('is for cameras that can come back by themselves', () => {
    expect(['camera_unplugged', 'camera_missing', 'camera_none', 'camera_busy', 'camera_silent'].every((code) => mayReturn(failed(code as ProblemView['code'])))).toBe(true);
    expect(mayReturn(failed('camera_not_allowed'))).toBe(false);
    expect(mayReturn(failed('camera_software'))).toBe(false);
    expect(mayReturn(failed('synthetic_refused'))).toBe(false);
    expect(mayReturn(failed('store_failed'))).toBe(false);
    expect(mayReturn(new Error('no answer'))).toBe(false);
  });
});
