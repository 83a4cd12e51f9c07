// What there is to say about a case that waits, from what the booth tells of it.

import type { QueueEntry, QueueRules, UploadView } from '../../backend';

/** `sending`: bytes go out; `in_line`: it is looked up, or next; `waiting`: for its moment; `stopped`: for a person. */
export type QueueState = 'sending' | 'in_line' | 'waiting' | 'stopped';

export function stateOf(entry: QueueEntry, upload: UploadView | null): QueueState {
  if (entry.under_way) return upload ? 'sending' : 'in_line';
  return entry.position === null ? 'stopped' : 'waiting';
}

/** Bytes a second, once enough time has passed to tell. */
export function rateOf(upload: UploadView): number | null {
  // Whoever measures says when that is: there is no time left to tell before.
  if (upload.remaining_ms === null || upload.elapsed_ms === 0) return null;
  return (upload.sent * 1000) / upload.elapsed_ms;
}

/** Milliseconds until all of the case is out, at the rate of the part that goes out now. */
export function timeLeft(entry: QueueEntry, upload: UploadView): number | null {
  const rate = rateOf(upload);
  if (rate === null || rate === 0 || upload.remaining_ms === null) return null;
  const later = upload.leg === 'evidences' ? entry.video_left : 0;
  return upload.remaining_ms + (later * 1000) / rate;
}

/** Whether asking for it now can do anything: for a request nobody knows of, a person looks at the server first. */
export function canSend(entry: QueueEntry): boolean {
  return !entry.under_way && entry.problem?.code !== 'request_uncertain';
}

/** How long evidence stays, in the words of `operator.queue_page.rules`. */
export function keepingOf(rules: QueueRules): { word: 'keep_at_once' | 'keep_hours' | 'keep_days'; count: number } {
  const hours = rules.keep_hours;
  if (hours === 0) return { word: 'keep_at_once', count: 0 };
  if (hours >= 48 && hours % 24 === 0) return { word: 'keep_days', count: hours / 24 };
  return { word: 'keep_hours', count: hours };
}
