import { describe, expect, it } from 'vitest';

import { emptyForm, missingIn, signInOf, signInRemembered, withoutSecrets, withPractice } from './sign-in';

const form = { ...emptyForm(), officer_name: ' Marta Officer ', rao: ' 1400 ', token: ' 3f2b ' };

describe('signing in', () => {
  it('with a token sends the token, and what it lacks where that was added', () => {
    expect(signInOf(form)).toEqual({
      name: 'Marta Officer',
      rao: '1400',
      token: '3f2b',
      username: null,
      password: null,
      pin: null,
      remember: false,
      remembered: false,
    });
    expect(signInOf({ ...form, pin: '0042' })).toMatchObject({ token: '3f2b', pin: '0042', password: null });
  });

  it('with a password leaves a token behind that was typed before, and keeps the spaces of the password', () => {
    const sent = signInOf({ ...form, way: 'password', username: ' 1000001 ', password: ' x ', pin: '1' });
    expect(sent).toMatchObject({ token: null, username: '1000001', password: ' x ', pin: '1' });
  });

  it.each([
    ['nothing', emptyForm(), ['officer_name', 'token']],
    ['a token and no name', { ...emptyForm(), token: 't' }, ['officer_name']],
    ['a name that is a space', { ...form, officer_name: ' ' }, ['officer_name']],
    ['everything', form, []],
    ['a user name only', { ...form, way: 'password' as const, username: 'u' }, ['password', 'pin']],
  ])('asks for what is missing: %s', (_what, typed, missing) => expect(missingIn(typed)).toEqual(missing));

  it('with what is remembered sends nothing else', () => {
    const { remembered, remember, ...rest } = signInRemembered();
    expect([remembered, remember]).toEqual([true, false]);
    expect(Object.values(rest).every((value) => value === null || value === '')).toBe(true);
  });

  it('the practice officer needs nothing added', () => {
    const practice = withPractice({ name: 'Practice Officer', rao: '1400', token: 'abc' });
    expect(missingIn(practice)).toEqual([]);
    expect(signInOf(practice)).toMatchObject({ name: 'Practice Officer', rao: '1400', token: 'abc' });
  });

  it('afterwards only the name and the number are left', () => {
    const typed = { ...form, username: 'u', password: 'p', pin: '1' };
    expect(withoutSecrets(typed)).toEqual({ ...emptyForm(), officer_name: ' Marta Officer ', rao: ' 1400 ' });
  });
});
