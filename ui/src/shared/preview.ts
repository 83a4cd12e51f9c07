// The page pulls the newest picture, shows it, pulls the next: whatever came in between is skipped, so a slow page is
// never behind by more than one picture.

import type { ProblemView, Pulled } from '../backend';

export interface PreviewParts<Picture> {
  pull(after: number, signal: AbortSignal): Promise<Pulled>;
  decode(jpeg: Blob): Promise<Picture>;
  show(picture: Picture, sequence: number): void;
  failed(reason: ProblemView | Error): void;
  wait(milliseconds: number): Promise<void>;
}

/** So many answers in a row that are none, and the booth itself is in trouble. */
const PATIENCE = 8;
const PAUSE_MS = 250;

/** Shows pictures until `signal` ends it or the camera fails. */
export async function follow<Picture>(parts: PreviewParts<Picture>, signal: AbortSignal): Promise<void> {
  let after = 0;
  let misses = 0;
  while (!signal.aborted) {
    try {
      const pulled = await parts.pull(after, signal);
      if (signal.aborted) return;
      if (pulled.state === 'failed') {
        parts.failed(pulled.problem);
        return;
      }
      if (pulled.state === 'nothing') {
        // A camera that was opened anew counts from the start again.
        after = 0;
        continue;
      }
      after = pulled.sequence;
      const picture = await parts.decode(pulled.jpeg);
      if (signal.aborted) return;
      parts.show(picture, pulled.sequence);
      misses = 0;
    } catch (reason) {
      if (signal.aborted) return;
      misses += 1;
      if (misses >= PATIENCE) {
        parts.failed(reason instanceof Error ? reason : new Error(String(reason)));
        return;
      }
      await parts.wait(PAUSE_MS);
    }
  }
}
