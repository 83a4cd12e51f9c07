// What is said of a camera: what it is, what stands behind it.

import type { CameraView, ProvenanceView } from '../backend';
import { t } from '../i18n/i18n.svelte';

/** The word that has to stand beside a camera's name, if one has to. */
export function cameraTag(camera: CameraView): string | undefined {
  if (camera.refused === 'camera_not_allowed') return t('camera.not_allowed');
  if (!camera.synthetic) return undefined;
  return t(camera.replay ? 'camera.synthetic' : 'camera.software');
}

/** The word beside a piece of evidence that shows no real moment in front of a lens. */
export function syntheticTag(exhibit: { provenance: ProvenanceView | null }): string {
  return t(exhibit.provenance ? 'camera.software' : 'camera.synthetic');
}

/** Bus, numbers and driver, by the system's own words; null where nothing is known. */
export function whereText(of: ProvenanceView): string | null {
  const known = [of.bus, of.numbers, of.serial, of.driver].filter((part) => part !== null);
  return known.length > 0 ? known.join(' ') : null;
}

/** What stands behind a camera, in one line; undefined where nothing is known of it. */
export function behindText(of: ProvenanceView | null): string | undefined {
  if (of === null) return undefined;
  const what = t(of.physical === null ? 'desk.behind.unknown' : of.physical ? 'desk.behind.physical' : 'desk.behind.software');
  const where = whereText(of);
  return where === null ? what : t('desk.behind.line', { what, where });
}

/** What was asked of it and what it delivered; undefined where that is not known. */
export function deliveredText(of: ProvenanceView | null): string | undefined {
  if (!of?.asked || !of.delivered) return undefined;
  return t('desk.behind.delivered', { asked: of.asked, delivered: of.delivered });
}
