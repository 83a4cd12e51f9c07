// What an officer signs in with, from what is typed. The booth and the server have the last word.

import type { PracticeOfficerView, SignIn } from '../../backend';
import type { OfficerInput } from '../../shared/hooks';

export type Way = 'token' | 'password';

export interface SignInForm extends Record<OfficerInput, string> {
  way: Way;
  remember: boolean;
}

const SECRETS = ['token', 'username', 'password', 'pin'] as const;

export function emptyForm(): SignInForm {
  return { officer_name: '', rao: '', way: 'token', token: '', username: '', password: '', pin: '', remember: false };
}

/** What has to be filled in first, in the order it stands on the screen. */
export function missingIn(form: SignInForm): OfficerInput[] {
  const needed: OfficerInput[] =
    form.way === 'token' ? ['officer_name', 'token'] : ['officer_name', 'username', 'password', 'pin'];
  return needed.filter((name) => form[name].trim() === '');
}

/** What goes to the booth. A token goes with whatever was added that it lacks; the other way takes no token along. */
export function signInOf(form: SignInForm): SignIn {
  // A password may begin or end with a space; nothing else here does.
  const said = (text: string) => (text.trim() === '' ? null : text);
  const tidied = (text: string) => said(text)?.trim() ?? null;
  return {
    name: form.officer_name.trim(),
    rao: tidied(form.rao),
    token: form.way === 'token' ? tidied(form.token) : null,
    username: tidied(form.username),
    password: said(form.password),
    pin: said(form.pin),
    remember: form.remember,
    remembered: false,
  };
}

/** With what the system's store of credentials keeps, and nothing else. */
export function signInRemembered(): SignIn {
  return {
    name: '',
    rao: null,
    token: null,
    username: null,
    password: null,
    pin: null,
    remember: false,
    remembered: true,
  };
}

export function withPractice(practice: PracticeOfficerView): SignInForm {
  return { ...emptyForm(), officer_name: practice.name, rao: practice.rao, token: practice.token };
}

/** The same without anything that is worth stealing. */
export function withoutSecrets(form: SignInForm): SignInForm {
  const bare = { ...form };
  for (const name of SECRETS) bare[name] = '';
  return bare;
}
