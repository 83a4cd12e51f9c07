const FIRST_MS = 3_000;
const MOST_MS = 30_000;

/** How long to wait before the next look at the server, after `looks` of them: half as long again each time, to 30 s. */
export function waitBeforeLook(looks: number): number {
  return Math.min(MOST_MS, Math.round(FIRST_MS * 1.5 ** looks));
}
