import { isTauri } from '@tauri-apps/api/core';

import type { Backend } from './backend';
import { program } from './tauri';

/** The program; in a plain browser, while the page is being worked on, the stand-in. */
export async function chooseBackend(): Promise<Backend> {
  // The condition is known when the page is built, so the stand-in is not part of what ships.
  if (import.meta.env.DEV && !isTauri()) {
    const { rehearse } = await import('./rehearsal/rehearsal');
    return rehearse(new URLSearchParams(location.search));
  }
  return program;
}

export type { Backend, CameraRole, Pulled } from './backend';
export type * from './generated';
