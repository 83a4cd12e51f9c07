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

/** What looks for a camera that failed. */
export interface LookOut {
  /** Looks once; whether looking on may help. */
  look(): Promise<boolean>;
  wait(milliseconds: number): Promise<void>;
}

/** A calm pace: a person who plugs a camera in waits no longer than this. */
const LOOK_AGAIN_MS = 2_000;

/** Failures of a camera that no looking cures: somebody has to choose another one. */
const FOR_A_PERSON: readonly string[] = ['camera_not_allowed', 'camera_software'];

/** Whether a camera that failed so may come back by itself. */
export function mayReturn(reason: ProblemView | Error): boolean {
  return 'code' in reason && reason.code.startsWith('camera_') && !FOR_A_PERSON.includes(reason.code);
}

/** Looks for a camera that failed until it is back, no looking helps, or `signal` ends it. */
export async function lookOut(parts: LookOut, signal: AbortSignal): Promise<void> {
  for (;;) {
    await parts.wait(LOOK_AGAIN_MS);
    if (signal.aborted || !(await parts.look())) return;
  }
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
