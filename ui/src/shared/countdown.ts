/** Seconds until `at`, both in epoch milliseconds; 0 once it has come. The last second is shown to its end. */
export function secondsUntil(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
