import { describe, expect, it } from 'vitest';

import type { FieldKey } from '../backend';
import { faultOf, numberOf, tidy } from './field-rules';

// The same cases as the booth's own tests (crates/evidence/src/fields.rs): the two must not drift apart.
describe('fields', () => {
  it.each<[FieldKey, string]>([
    ['mobile_phone', ' +34 699-99 99 99 '],
    ['mobile_phone', '+34 (699) 999.999'],
    ['email', 'alma@example.org'],
    ['first_surname', '  Muñoz   de la O '],
    ['first_surname', 'Ö'],
    ['given_name', '王'],
    ['serial_number', 'UT 0123456'],
  ])('%s may be %j', (key, text) => expect(faultOf(key, text, true)).toBeNull());

  it.each<[FieldKey, string]>([
    ['mobile_phone', '699999999'],
    ['mobile_phone', '+34'],
    ['mobile_phone', '+0699999999'],
    ['mobile_phone', '+34a99999999'],
    ['email', 'alma'],
    ['email', '@example.org'],
    ['email', 'alma@org'],
    ['email', 'a b@example.org'],
    ['email', 'a@b@c.d'],
    ['email', 'a@b..c'],
    ['given_name', '12'],
    ['serial_number', 'abc'],
    ['given_name', 'a'.repeat(101)],
    ['given_name', 'Al\u0007ma'],
  ])('%s may not be %j', (key, text) => expect(faultOf(key, text, false)).toBe('malformed'));

  it('an empty field is missing only where it is needed', () => {
    expect(faultOf('given_name', '   ', true)).toBe('missing');
    expect(faultOf('second_surname', '', false)).toBeNull();
  });

  it('blanks are taken away as the booth takes them away', () => {
    expect(tidy('mobile_phone', ' +34 699-99 99 99 ')).toBe('+34699999999');
    expect(tidy('first_surname', '  Muñoz   de la O ')).toBe('Muñoz de la O');
  });
});

it('a request number is digits, and not more than a number holds exactly', () => {
  expect(numberOf(' 45836 ')).toBe(45836);
  for (const wrong of ['', '0', '-1', '1.5', '1e3', '45 836', 'abc', '9'.repeat(16)]) {
    expect(numberOf(wrong), wrong).toBeNull();
  }
});
