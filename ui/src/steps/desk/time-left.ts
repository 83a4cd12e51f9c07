/** From so much on, it is said how long the sign-in still holds. */
const SAID_FROM_MS = 120_000;

/** Milliseconds until the sign-in runs out, where it is near; null while it is not. */
export function timeLeft(until: number, now: number): number | null {
  const left = until - now;
  return left < SAID_FROM_MS ? Math.max(0, left) : null;
}
