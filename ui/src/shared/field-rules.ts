// The same rules as the booth's own (crates/evidence/src/fields.rs), so that a person hears of a slip while typing.
// The booth has the last word.

import type { FieldKey } from '../backend';

export type FieldFault = 'missing' | 'malformed';

/** `text` as the booth will keep it. */
export function tidy(key: FieldKey, text: string): string {
  return key === 'mobile_phone' ? text.replace(/[ \-.()]/g, '') : text.trim().split(/\s+/).join(' ');
}

/** What is wrong with `text` as this field, if anything. */
export function faultOf(key: FieldKey, text: string, required: boolean): FieldFault | null {
  const value = tidy(key, text);
  if (value === '') return required ? 'missing' : null;
  if ([...value].length > 100 || /\p{Cc}/u.test(value)) return 'malformed';
  return isWellFormed(key, value) ? null : 'malformed';
}

function isWellFormed(key: FieldKey, value: string): boolean {
  switch (key) {
    case 'given_name':
    case 'first_surname':
    case 'second_surname':
      return /\p{L}/u.test(value);
    case 'serial_number':
      return /[0-9]/.test(value);
    case 'mobile_phone':
      return /^\+[1-9][0-9]{6,14}$/.test(value);
    case 'email':
      return /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/.test(value);
  }
}

/** A request number as typed: digits only, small enough to be exact. */
export function numberOf(text: string): number | null {
  const digits = text.trim();
  const value = Number(digits);
  return /^[0-9]{1,15}$/.test(digits) && value > 0 ? value : null;
}
