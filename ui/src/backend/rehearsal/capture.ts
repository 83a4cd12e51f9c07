// The cameras, pretended: what is in front of them is drawn.

import type { Backend, Pulled } from '../backend';
import type { CaseView, ExhibitView, Role } from '../generated';
import { faceAt, readAll, sightAt, type Look } from './eyes';
import { HEIGHT, onCard, WIDTH } from './pictures';
import { ask, type Asked } from './script';
import { pause, problem, sha256, type Stand } from './stand';

type Captures = Pick<
  Backend,
  | 'stillTake'
  | 'stillFromFile'
  | 'captureUse'
  | 'captureRetake'
  | 'documentOutline'
  | 'portraitCut'
  | 'videoBegin'
  | 'videoEnd'
  | 'videoNext'
  | 'camerasRefresh'
  | 'cameraChoose'
  | 'cameraRestart'
  | 'cameraLook'
  | 'microphoneChoose'
  | 'pull'
  | 'objectUrl'
  | 'clipUrl'
>;

const jpegOf = (from: HTMLCanvasElement) =>
  new Promise<Blob>((done, failed) =>
    from.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/jpeg', 0.9),
  );

async function exhibitFrom(
  stand: Stand,
  role: Role,
  jpeg: Blob,
  size: { width: number; height: number },
): Promise<ExhibitView> {
  const object = crypto.randomUUID();
  stand.objects.set(object, URL.createObjectURL(jpeg));
  return {
    role,
    object,
    media_type: 'image/jpeg',
    size,
    bytes: jpeg.size,
    sha256: await sha256(await jpeg.arrayBuffer()),
    taken_at: Date.now(),
    camera: 'Sample desk',
    synthetic: true,
    provenance: null,
    from_file: false,
    from_server: false,
    duration_ms: null,
    frames: null,
    chapters: [],
    kept: true,
    crop: null,
    corners: null,
    corners_by_hand: false,
    by_itself: false,
    note: null,
    take: null,
  };
}

/** A piece of evidence as a camera of the stand takes it. */
export async function takeFrom(stand: Stand, role: Role): Promise<ExhibitView> {
  const at = performance.now();
  const exhibit = await exhibitFrom(stand, role, await jpegOf(stand.paint(role, at)), { width: WIDTH, height: HEIGHT });
  stand.drawnAt.set(exhibit.object, at);
  const isDocument = role === 'front' || role === 'rear';
  return isDocument ? { ...exhibit, corners: onCard(stand.held?.document?.kind ?? 'identity_card', at) } : exhibit;
}

export function captures(stand: Stand): Captures {
  let sequence = 0;
  let recordingSince = 0;
  let recordingClock = 0;
  let script: Asked | null = null;
  let look: Look | null = null;

  /** Tells what is seen on the live picture of a document or a face, and takes it by itself once all is well. */
  async function watch(role: Role): Promise<void> {
    const now = performance.now();
    if (look?.role !== role) look = { role, since: now, failures: 0 };
    if (stand.current().capture?.showing.state !== 'live') return;
    const sight = (role === 'selfie' ? faceAt : sightAt)(stand, look, now, sequence);
    stand.tell({ about: 'sight', sight });
    if (sight.shutter.state !== 'taking') return;
    look = { role, since: now, failures: look.failures + 1 };
    const exhibit = { ...(await takeFrom(stand, role)), by_itself: true };
    stand.tell({ about: 'case', case: taken(exhibit) });
  }

  function taken(exhibit: ExhibitView): CaseView {
    const { capture } = stand.current();
    if (!capture) throw problem('out_of_order');
    return stand.change({ capture: { ...capture, showing: { state: 'taken', exhibit } } });
  }

  return {
    async stillTake() {
      await pause(350);
      if (stand.knob('take')) throw problem(stand.knob('take') ?? 'internal');
      const role = stand.current().capture?.role ?? 'front';
      return taken(await takeFrom(stand, role));
    },
    async stillFromFile() {
      const role = stand.current().capture?.role ?? 'front';
      return taken({ ...(await takeFrom(stand, role)), camera: null, synthetic: false, from_file: true });
    },
    async captureUse() {
      const { capture } = stand.current();
      if (capture?.showing.state === 'taken') {
        const { exhibit } = capture.showing;
        stand.keep(exhibit);
        if (exhibit.role === 'front' || exhibit.role === 'rear') {
          setTimeout(() => {
            const read = stand.held && readAll(stand);
            if (read) stand.tell({ about: 'case', case: read });
          }, 600);
        }
      }
      return stand.advance();
    },
    async captureRetake() {
      const { capture } = stand.current();
      if (look) look = { ...look, since: performance.now() + 1500 };
      return stand.change({ capture: capture && { ...capture, showing: { state: 'live' } } });
    },
    async documentOutline(corners) {
      const { capture } = stand.current();
      const showing = capture?.showing;
      if (showing?.state !== 'taken' && showing?.state !== 'accepted') throw problem('out_of_order');
      const exhibit = { ...showing.exhibit, corners, corners_by_hand: true };
      if (showing.state === 'accepted') stand.keep(exhibit);
      return stand.change({ capture: capture && { ...capture, showing: { ...showing, exhibit } } });
    },
    async portraitCut(crop) {
      const width = Math.round(crop.width * WIDTH);
      const height = Math.round(crop.height * HEIGHT);
      const cut = document.createElement('canvas');
      cut.width = width;
      cut.height = height;
      const front = stand.paint('front', 0);
      cut.getContext('2d')?.drawImage(front, crop.x * WIDTH, crop.y * HEIGHT, width, height, 0, 0, width, height);
      const exhibit = { ...(await exhibitFrom(stand, 'portrait', await jpegOf(cut), { width, height })), camera: null, crop };
      stand.keep(exhibit);
      return stand.advance();
    },
    async videoBegin() {
      recordingSince = performance.now();
      recordingClock = window.setInterval(() => {
        const elapsed = performance.now() - recordingSince;
        stand.tell({
          about: 'recording',
          recording: { elapsed_ms: elapsed, limit_ms: 60_000, frames: Math.round(elapsed / 33) },
        });
      }, 500);
      script = ask(stand);
      const { capture } = stand.current();
      return stand.change({ capture: capture && { ...capture, showing: { state: 'recording' }, challenge: null } });
    },
    async videoEnd() {
      window.clearInterval(recordingClock);
      await pause(500);
      const elapsed = Math.round(performance.now() - recordingSince);
      const chapters = script?.end() ?? [];
      const results = script?.results() ?? null;
      const { capture } = stand.current();
      stand.change({ capture: capture && { ...capture, script: results } });
      return taken({
        ...(await takeFrom(stand, 'video')),
        media_type: 'video/mp4',
        bytes: Math.round(elapsed * 312),
        duration_ms: elapsed,
        frames: Math.round(elapsed / 33),
        chapters,
      });
    },
    videoNext: async (number) => script?.goOn(number),

    camerasRefresh: async () => stand.booth,
    async cameraChoose(role, camera) {
      stand.booth = { ...stand.booth, chosen: stand.booth.chosen.map((entry) => (entry.role === role ? { role, camera } : entry)) };
      return stand.booth;
    },
    async cameraRestart() {
      stand.knobs.delete('camera');
      await pause(300);
    },
    async cameraLook() {
      await pause(200);
      return stand.knob('camera') ? 'not_yet' : 'back';
    },

    async microphoneChoose(microphone) {
      const { sound } = stand.booth;
      stand.booth = { ...stand.booth, sound: sound && { ...sound, chosen: microphone } };
      return stand.booth;
    },
    async pull(role, _after, signal): Promise<Pulled> {
      await pause(60);
      signal.throwIfAborted();
      if (stand.knob('camera')) {
        return { state: 'failed', problem: problem(stand.knob('camera') ?? 'internal', 'now', 'VIDIOC_STREAMON: os error 16') };
      }
      if (sequence === 0 || sequence % 100 === 0) {
        stand.tell({
          about: 'camera',
          camera: {
            role,
            state: 'live',
            delivered: { width: WIDTH, height: HEIGHT },
            camera: 'Sample desk',
            problem: null,
          },
        });
      }
      sequence += 1;
      if (role === 'video' && stand.booth.sound) {
        const peak = -18 + 12 * Math.sin(sequence / 5);
        const sound = { peak_dbfs: peak, rms_dbfs: peak - 6, silent: false, clipping: false, problem: null };
        stand.tell({ about: 'sound', sound });
      }
      if (role !== 'video') await watch(role);
      return { state: 'picture', sequence, jpeg: await jpegOf(stand.paint(role, performance.now())) };
    },
    objectUrl: (_case, object) => stand.objects.get(object) ?? '',
    clipUrl: (_case, _object, milliseconds) => stand.paint('video', milliseconds).toDataURL('image/jpeg', 0.8),
  };
}
