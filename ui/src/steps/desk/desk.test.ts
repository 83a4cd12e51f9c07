import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import App from '../../app.svelte';
import type {
  Backend,
  BoothView,
  CaseView,
  DeskEntry,
  Notice,
  OfficerView,
  ProblemView,
  SignIn,
} from '../../backend';
import { assuranceOf } from '../../backend/rehearsal/assurance';
import { Session } from '../../shared/session.svelte';

const BOOTH: BoothView = {
  version: '0',
  practice: false,
  sandbox_page: null,
  booth: 'Desk',
  server: 'localhost',
  language: 'en',
  cameras: [],
  sound: null,
  chosen: [],
  home_country: 'ES',
  unfinished: [],
  desk: true,
  operator_pages: true,
  problem: null,
  no_new_case: null,
  cautions: [],
  script: true,
  spoken: false,
};

const ENTRY: DeskEntry = {
  id: 'a',
  code: 'W2KD',
  step: 'submitted',
  request_pk: 45_836,
  submitted_at: 0,
  review: 'open',
  server_status: null,
  problem: null,
};

function caseView(revision: number, more: Partial<CaseView> = {}): CaseView {
  return {
    id: 'a',
    code: 'W2KD',
    revision,
    step: 'submitted',
    steps: [],
    origin: 'new',
    request: { state: 'known', request_pk: 45_836, videoid_pk: 16_673 },
    document: { kind: 'identity_card', country: 'ES' },
    capture: null,
    exhibits: [],
    reading: null,
    fields: [],
    checks: [],
    biometrics: null,
    similarity: null,
    delivery: null,
    review: { state: 'open', officer: null, at: null, four_eyes: null, reason: null, taken_by: ['Inés'] },
    signing: null,
    kept: null,
    problem: null,
    ...more,
  };
}

/** A booth with one case at its desk that writes down what is asked of it. */
class Stage {
  asked: string[] = [];
  sent: SignIn[] = [];
  officer: OfficerView = { desk: true, officer: null, can_remember: false, remembered: null, practice: null };
  decision: () => Promise<CaseView> = () => Promise.resolve(caseView(2));
  tell: (notice: Notice) => void = () => {};
  session: Session;
  #app: Record<string, unknown>;

  constructor() {
    const note = <T>(what: string, answer: T) => {
      this.asked.push(what);
      return Promise.resolve(answer);
    };
    const parts: Partial<Backend> = {
      boothView: async () => BOOTH,
      caseCurrent: async () => null,
      caseClose: () => note('close', undefined),
      onNotice: async (listener) => {
        this.tell = listener;
        return () => {};
      },
      officerView: async () => this.officer,
      officerSignIn: (what) => {
        this.sent.push(what);
        this.officer = { ...this.officer, officer: { name: what.name, rao: what.rao, until: Date.now() + 600_000 } };
        return note('sign-in', this.officer);
      },
      officerSignOut: () => {
        this.officer = { ...this.officer, officer: null };
        return note('sign-out', this.officer);
      },
      deskList: () => note('list', [ENTRY]),
      deskRefresh: () => note('refresh', [ENTRY]),
      deskOpen: (id) => note(`open ${id}`, caseView(1)),
      deskFetch: (request, videoid) => note(`fetch ${request} ${videoid}`, caseView(1)),
      deskApprove: () => {
        this.asked.push('approve');
        return this.decision();
      },
      deskRefuse: (reason) => {
        this.asked.push(`refuse: ${reason}`);
        return this.decision();
      },
      caseAssurance: async () => assuranceOf(caseView(1)),
      statusRefresh: () => note('look', caseView(9)),
      objectUrl: () => '',
      clipUrl: () => '',
    };
    this.session = new Session(parts as Backend);
    document.body.innerHTML = '<div id="app"></div>';
    this.#app = mount(App, { target: document.getElementById('app') ?? document.body, props: { session: this.session } });
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) {
      await tick();
      await new Promise((done) => setTimeout(done, 0));
      flushSync();
    }
  }

  find(selector: string): HTMLElement | null {
    return document.querySelector<HTMLElement>(selector);
  }

  step(): string | undefined {
    return this.find('[data-step]')?.dataset['step'];
  }

  async press(key: string): Promise<void> {
    const at = document.activeElement ?? document.body;
    const pressed = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    at.dispatchEvent(pressed);
    // What the browser does with Enter on a button.
    if (key === 'Enter' && !pressed.defaultPrevented && at instanceof HTMLButtonElement) at.click();
    await this.settle();
  }

  async type(field: string, text: string): Promise<void> {
    const input = this.find(`[data-field="${field}"]`) as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await this.settle();
  }

  /** Up to the list, as an officer who is signed in. */
  async signedIn(name = 'Marta'): Promise<void> {
    this.officer = { ...this.officer, officer: { name, rao: '1400', until: Date.now() + 600_000 } };
    await this.session.enterDesk();
    await this.settle();
  }

  async end(): Promise<void> {
    await unmount(this.#app);
  }
}

let stage: Stage;

beforeEach(async () => {
  stage = new Stage();
  await stage.settle();
});

afterEach(() => stage.end());

describe('signing in', () => {
  beforeEach(async () => {
    await stage.session.enterDesk();
    await stage.settle();
  });

  it('asks for what is missing before anything is sent', async () => {
    expect(stage.step()).toBe('desk-sign-in');
    await stage.press('Enter');
    expect(stage.sent).toEqual([]);
    expect(document.activeElement?.getAttribute('data-field')).toBe('officer_name');
  });

  it('leaves nothing of the credentials in the page', async () => {
    await stage.type('officer_name', 'Marta');
    await stage.type('token', 'secret-token');
    const field = stage.find('[data-field="token"]') as HTMLInputElement;
    expect(field.type).toBe('password');
    await stage.press('Enter');
    expect(stage.sent).toMatchObject([{ name: 'Marta', token: 'secret-token', remember: false }]);
    expect(stage.step()).toBe('desk');
    expect(field.value).toBe('');
    expect(document.body.innerHTML).not.toContain('secret-token');
  });

  it('offers to remember only where the booth can', async () => {
    expect(stage.find('[data-action="desk-remember"]')).toBeNull();
    stage.tell({ about: 'officer', officer: { ...stage.officer, can_remember: true, remembered: 'Marta' } });
    await stage.settle();
    expect(stage.find('[data-action="desk-remember"]')).not.toBeNull();
    stage.find('[data-action="desk-remembered"]')?.click();
    await stage.settle();
    expect(stage.sent).toMatchObject([{ remembered: true, token: null, password: null }]);
  });
});

describe('deciding, by keyboard alone', () => {
  beforeEach(async () => {
    await stage.signedIn();
    await stage.press('j');
    await stage.press('Enter');
    expect(stage.step()).toBe('desk-case');
    stage.asked = [];
  });

  it('an approval is asked for twice, and a held Enter is not a second time', async () => {
    await stage.press('a');
    expect(stage.asked).toEqual([]);
    const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(held);
    expect(stage.asked).toEqual([]);
    await stage.press('Enter');
    expect(stage.asked).toEqual(['approve']);
  });

  it('Escape takes the question back, and only a second one leaves the case', async () => {
    await stage.press('a');
    await stage.press('Escape');
    expect(stage.find('[role="alertdialog"]')).toBeNull();
    expect(stage.step()).toBe('desk-case');
    await stage.press('Escape');
    expect(stage.asked).toEqual(['close', 'list']);
    expect(stage.step()).toBe('desk');
    expect(document.activeElement?.getAttribute('data-to'), 'the keyboard is on the case it came from').toBe('a');
  });

  it('a refusal needs a reason; digits pick one', async () => {
    await stage.press('r');
    await stage.press('Enter');
    expect(stage.asked).toEqual([]);
    expect(stage.find('[role="alertdialog"] [role="alert"]')).not.toBeNull();
    await stage.press('Escape');
    await stage.press('r');
    await stage.press('1');
    await stage.press('Enter');
    expect(stage.asked).toEqual(['refuse: The document has expired.']);
  });

  it('a digit in the text of the reason is a digit', async () => {
    await stage.press('r');
    await stage.press('t');
    await stage.press('1');
    expect((stage.find('[data-field="reason"]') as HTMLTextAreaElement).value).toBe('');
  });

  it('a decision nobody knows the fate of is looked up, and can be made anew', async () => {
    const review = { ...caseView(1).review, state: 'sending' as const, officer: 'Marta' };
    stage.tell({ about: 'case', case: caseView(3, { review } as Partial<CaseView>) });
    await stage.settle();
    expect(stage.find('[data-problem="decision_uncertain"]')).not.toBeNull();
    await stage.press('a');
    await stage.press('Enter');
    await stage.press('l');
    expect(stage.asked).toEqual(['approve', 'look']);
  });

  it('an approved case goes on at the booth', async () => {
    const review = { ...caseView(1).review, state: 'approved' as const, officer: 'Marta', four_eyes: 'different' as const };
    stage.decision = async () => caseView(4, { step: 'documents', review } as Partial<CaseView>);
    await stage.press('a');
    await stage.press('Enter');
    expect(stage.find('[data-testid="four-eyes"]')?.dataset['value']).toBe('different');
    expect(stage.find('[data-action="desk-approve"]')).toBeNull();
    expect(stage.find('[data-action="desk-continue"]')).not.toBeNull();
  });

  it('a decision made elsewhere takes the question off the screen', async () => {
    await stage.press('r');
    const review = { ...caseView(1).review, state: 'approved' as const };
    stage.tell({ about: 'case', case: caseView(5, { step: 'documents', review } as Partial<CaseView>) });
    await stage.settle();
    expect(stage.find('[role="alertdialog"]')).toBeNull();
    await stage.press('Enter');
    expect(stage.asked).toEqual([]);
  });

  it('whoever may not approve hands the case to somebody else, and it stays', async () => {
    const own: ProblemView = { code: 'officer_is_operator', try_again: 'after_change', detail: null, field: null };
    stage.decision = () => Promise.reject(own);
    await stage.press('a');
    await stage.press('Enter');
    stage.find('[data-action="desk-other-officer"]')?.click();
    await stage.settle();
    expect(stage.step()).toBe('desk-sign-in');
    await stage.type('officer_name', 'Olga');
    await stage.type('token', 't');
    stage.asked = [];
    await stage.press('Enter');
    expect(stage.asked).toContain('open a');
    expect(stage.step()).toBe('desk-case');
  });

  it('tells the person who took the evidence before they approve it', async () => {
    await stage.press('Escape');
    await stage.signedIn('ines');
    await stage.press('j');
    await stage.press('Enter');
    await stage.press('a');
    expect(stage.find('[role="alertdialog"] [data-caution="same_person"]')).not.toBeNull();
  });
});

describe('a sign-in that runs out', () => {
  const over: ProblemView = { code: 'officer_not_signed_in', try_again: 'after_change', detail: null, field: null };

  it('takes the case off the screen, and whoever signs in goes on with it', async () => {
    await stage.signedIn();
    await stage.press('Enter');
    expect(stage.step()).toBe('desk-case');
    stage.officer = { ...stage.officer, officer: null };
    stage.tell({ about: 'officer', officer: stage.officer });
    await stage.settle();
    expect(stage.step()).toBe('desk-sign-in');
    expect(stage.session.case).toBeNull();
    expect(document.body.textContent).toContain('W2KD');
    await stage.type('officer_name', 'Marta');
    await stage.type('token', 't');
    stage.asked = [];
    await stage.press('Enter');
    expect(stage.asked).toContain('open a');
    expect(stage.step()).toBe('desk-case');
  });

  it('is noticed when a decision is refused for it', async () => {
    await stage.signedIn();
    await stage.press('Enter');
    stage.decision = () => {
      stage.officer = { ...stage.officer, officer: null };
      return Promise.reject(over);
    };
    await stage.press('a');
    await stage.press('Enter');
    expect(stage.step()).toBe('desk-sign-in');
  });
});

it('signing out leaves the desk, and the case with it', async () => {
  await stage.signedIn();
  await stage.press('Enter');
  stage.asked = [];
  stage.find('[data-action="officer-sign-out"]')?.click();
  await stage.settle();
  expect(stage.asked).toEqual(['close', 'sign-out']);
  expect(stage.session.place).toBe('booth');
  expect(stage.find('[data-testid="officer"]')).toBeNull();
});

it('a request captured elsewhere is fetched by its numbers', async () => {
  await stage.signedIn();
  await stage.press('n');
  await stage.type('request_pk', '45836');
  await stage.type('videoid_pk', 'x');
  await stage.press('Enter');
  expect(stage.asked).toEqual(['list']);
  await stage.type('videoid_pk', '16673');
  await stage.press('Enter');
  expect(stage.asked).toContain('fetch 45836 16673');
  expect(stage.step()).toBe('desk-case');
});
