// What the desk remembers while it is open: the list, and where in it the officer is. A case is the session's.

import { getContext, setContext } from 'svelte';

import type { CaseView, DeskEntry, SignIn } from '../../backend';
import { asProblem } from '../../shared/problems';
import type { Session } from '../../shared/session.svelte';
import type { Filter } from './groups';

/** So often the booth hears that somebody is at work, at most. */
const STIR_MS = 60_000;

export class Desk {
  entries = $state.raw<readonly DeskEntry[] | null>(null);
  filter = $state<Filter>('all');
  /** The case that was looked at last: coming back, the keyboard is on it. */
  visited = $state<string | null>(null);
  /** The case that was open when the sign-in ran out: whoever signs in next goes on with it. */
  interrupted = $state.raw<{ id: string; code: string } | null>(null);
  #listedAt = 0;

  constructor(readonly session: Session) {}

  /** Reads the list anew. It is asked for beside whatever else is being done: nothing waits for it. */
  async list(): Promise<void> {
    this.#listedAt = performance.now();
    try {
      this.entries = await this.session.backend.deskList();
    } catch (reason) {
      this.session.problem = asProblem(reason);
    }
    await this.readOfficer();
  }

  /** Has the server asked for the state of every case. */
  async refresh(): Promise<void> {
    await this.session.ask('desk-refresh', async () => {
      this.entries = await this.session.backend.deskRefresh();
    });
    await this.readOfficer();
  }

  /** Whoever looks at a video for long is at work too. The booth only hears of what is asked of it: so it is asked. */
  stir(): void {
    if (this.session.officer?.officer && performance.now() - this.#listedAt > STIR_MS) void this.list();
  }

  /** The sign-in is over. The case is left, and not lost. */
  async interrupt(): Promise<void> {
    const { session } = this;
    if (session.case) this.interrupted = { id: session.case.id, code: session.case.code };
    await session.close();
  }

  /** Somebody else goes on with the case that is open, or the same person with other credentials. */
  async changeOfficer(): Promise<void> {
    const { session } = this;
    await session.ask('sign-out', async () => {
      session.officer = await session.backend.officerSignOut();
    });
  }

  async signIn(what: SignIn): Promise<void> {
    const { session } = this;
    await session.ask('sign-in', async () => {
      session.officer = await session.backend.officerSignIn(what);
    });
    const left = this.interrupted;
    if (session.officer?.officer && left) {
      this.interrupted = null;
      await this.open(left.id);
    }
  }

  open(id: string): Promise<void> {
    this.visited = id;
    return this.act('desk-open', () => this.session.backend.deskOpen(id));
  }

  /** Does one thing with a case. */
  async act(name: string, command: () => Promise<CaseView>): Promise<void> {
    await this.session.act(name, command);
    await this.readOfficer();
  }

  /** Whether somebody is still signed in, and until when: each thing that is done moves that. */
  async readOfficer(): Promise<void> {
    try {
      this.session.officer = await this.session.backend.officerView();
    } catch (reason) {
      this.session.problem = asProblem(reason);
    }
  }
}

const KEY = Symbol('desk');

export function provideDesk(desk: Desk): void {
  setContext(KEY, desk);
}

export function useDesk(): Desk {
  return getContext(KEY);
}
