// Which cameras are tried out, and which of them serves what.

import type { BoothView, CameraRole, CameraView } from '../../backend';

/** What a camera is chosen for; one look at a document and one at a person, each for two steps. */
export interface Use {
  name: 'documents' | 'faces';
  roles: readonly CameraRole[];
}

export const USES: readonly Use[] = [
  { name: 'documents', roles: ['front', 'rear'] },
  { name: 'faces', roles: ['selfie', 'video'] },
];

/** The cameras of the machine; a replay only where it serves a step. */
export function toTry(booth: BoothView): CameraView[] {
  const chosen = new Set(booth.chosen.map(({ camera }) => camera));
  return booth.cameras.filter(({ id, replay }) => !replay || chosen.has(id));
}

/** Whether a camera serves every step of a use. */
export function served(booth: BoothView, camera: string, { roles }: Use): boolean {
  return roles.every((role) => booth.chosen.some((entry) => entry.role === role && entry.camera === camera));
}
