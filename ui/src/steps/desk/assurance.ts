// Figures of the assurance statement, as a person reads them.

import type { AssuredScore } from '../../backend';
import { t, TABLES } from '../../i18n/i18n.svelte';

/** A measured number, to four significant digits at most. */
export function rounded(number: number): string {
  return String(Number(number.toPrecision(4)));
}

/** A rate of 0 to 1 in percent, to one decimal. */
export function percent(rate: number): string {
  return (rate * 100).toFixed(1);
}

type Measure = keyof (typeof TABLES.en.assurance)['quality'];

/** What was measured of a picture of a face, as a person reads it; the bare name where a newer program wrote it. */
export function scoreOf({ name, value, good }: AssuredScore): { name: string; value: string; verdict: string } {
  const known = name in TABLES.en.assurance.quality ? (name as Measure) : null;
  return {
    name: known ? t(`assurance.quality.${known}`) : name,
    value: known ? t(`assurance.unit.${known}`, { value: rounded(value) }) : rounded(value),
    verdict: t(`assurance.good.${good === null ? 'noted' : good ? 'yes' : 'no'}`),
  };
}
