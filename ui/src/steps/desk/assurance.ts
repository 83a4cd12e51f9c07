// Figures of the assurance statement, as a person reads them.

/** A measured number, to four significant digits at most. */
export function rounded(number: number): string {
  return String(Number(number.toPrecision(4)));
}

/** A rate of 0 to 1 in percent, to one decimal. */
export function percent(rate: number): string {
  return (rate * 100).toFixed(1);
}
