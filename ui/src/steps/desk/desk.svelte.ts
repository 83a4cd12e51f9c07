// What the desk remembers while it is open: the list, and where in it the officer is. A case is the session's.

import { getContext, setContext } from 'svelte';

import type { CaseView, DeskEntry } from '../../backend';
import { asProblem } from '../../shared/problems';
import type { Session } from '../../shared/session.svelte';
import type { Filter } from './groups';

export class Desk {
  entries = $state.raw<readonly DeskEntry[] | null>(null);
  filter = $state<Filter>('all');
  /** The case that was looked at last: coming back, the keyboard is on it. */
  visited = $state<string | null>(null);

  constructor(readonly session: Session) {}

  /** Reads the list anew. It is asked for beside whatever else is being done: nothing waits for it. */
  async list(): Promise<void> {
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
