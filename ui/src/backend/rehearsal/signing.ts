// From the review to the end, pretended.

import type { SigningBackend } from '../backend';
import type { CaseView, ContractView, PaperView, SignedView, SigningView } from '../generated';
import { drawPage } from './pages';
import { pause, problem, sha256, type Stand } from './stand';

const NAMES = ['Service agreement 2026.pdf', 'Data protection annex.pdf', 'Powers of representation.pdf'] as const;
const AGAIN_MS = 60_000;

/** What an object shows: the title it was drawn with and its pages. */
const drawn = new Map<string, { title: string; pages: number; signer: string | null }>();
const pictures = new Map<string, string>();

function draw(title: string, pages: number, signer: string | null): string {
  const object = crypto.randomUUID();
  drawn.set(object, { title, pages, signer });
  return object;
}

export function newPaper(fileName: string, pages: number, bytes: number): PaperView {
  return {
    id: crypto.randomUUID(),
    file_name: fileName,
    object: draw(fileName.replace('.pdf', ''), pages, null),
    bytes,
    sha256: 'a1b2c3d4'.repeat(8),
    pages,
    upload: 'waiting',
    read: false,
    signed: null,
  };
}

export function newContract(): ContractView {
  return { object: draw('Contract of the certification service', 3, null), pages: 3, read: false };
}

export async function signedCopy(stand: Stand, paper: PaperView): Promise<SignedView> {
  const knob = stand.knobs.get('signed');
  const signer = knob === 'stranger' ? 'SOMEBODY ELSE' : 'ALMA SAMPLE MUESTRA';
  return {
    object: draw(paper.file_name.replace('.pdf', ''), paper.pages, signer),
    bytes: paper.bytes + 18_944,
    sha256: await sha256(new TextEncoder().encode(paper.id)),
    good: knob === null || knob === 'no-anchors',
    intact: knob !== 'altered',
    covers_whole: true,
    extends_original: knob !== 'altered',
    signer,
    is_holder: knob !== 'stranger',
    issuer: 'Practice CA (worth nothing)',
    certificate: '4a:07:9e:11:c2:30',
    signed_at: Date.now() - 30_000,
    timestamped: true,
    trusted: knob === 'untrusted' ? false : knob === 'no-anchors' ? null : true,
  };
}

/** An approved case goes on to its documents. */
export function approved(stand: Stand, officer: string | null): CaseView {
  const { review } = stand.current();
  return stand.change({
    step: 'documents',
    review: review && { ...review, state: 'approved', officer, at: Date.now(), four_eyes: officer === null ? null : 'different' },
    signing: {
      papers: [],
      most_papers: 10,
      contract: null,
      code: { state: 'none', method: null, sent_at: null, again_at: null, phone_end: '123' },
      signature: 'waiting',
      signed_at: null,
      deletion: 'waiting',
      deleted_at: null,
      all_kept: false,
    },
  });
}

export function refused(stand: Stand, officer: string | null, reason: string): CaseView {
  const { review } = stand.current();
  return stand.change({
    step: 'refused',
    review: review && { ...review, state: 'refused', officer, at: Date.now(), reason },
  });
}

export function signing(stand: Stand): SigningBackend {
  let looked = 0;
  let picked = 0;

  function now(): SigningView {
    const { signing } = stand.current();
    if (!signing) throw problem('out_of_order');
    return signing;
  }
  const change = (part: Partial<SigningView>) => stand.change({ problem: null, signing: { ...now(), ...part } });
  const paper = (id: string, part: Partial<PaperView>) =>
    change({ papers: now().papers.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)) });
  const tell = (view: CaseView) => stand.tell({ about: 'case', case: view });
  const refuse = (knob: string) => {
    const code = stand.knob(knob);
    stand.knobs.delete(knob);
    return code;
  };

  function decided(): CaseView {
    return stand.knobs.get('review') === 'refused'
      ? refused(stand, null, 'The back of the document cannot be read.')
      : approved(stand, null);
  }

  // The booth looks by itself while the case that waits is on the screen.
  if (stand.knobs.has('follow')) {
    const clock = window.setInterval(() => {
      if (stand.held?.step !== 'submitted') return;
      window.clearInterval(clock);
      tell(decided());
    }, 6_000);
  }

  return {
    async statusRefresh() {
      await pause(500);
      if (stand.current().step === 'code') {
        stand.change({ step: 'signed', problem: null });
        return change({ signature: 'arrived', signed_at: Date.now() });
      }
      looked += 1;
      return looked < 2 || stand.knobs.get('review') === 'open' ? stand.change({}) : decided();
    },
    async papersPick() {
      await pause(200);
      if (now().papers.length >= now().most_papers) throw problem('document_limit');
      const name = NAMES[picked % NAMES.length] ?? NAMES[0];
      picked += 1;
      return change({ papers: [...now().papers, newPaper(name, 1 + ((picked * 2) % 6), 90_000 + picked * 120_311)] });
    },
    paperRemove: async (id) => change({ papers: now().papers.filter((entry) => entry.id !== id) }),
    async papersUpload() {
      for (const { id, bytes } of now().papers.filter((entry) => entry.upload !== 'arrived')) {
        tell(paper(id, { upload: 'sending' }));
        for (let part = 0; part <= 10; part += 1) {
          await pause(90);
          stand.tell({
            about: 'paper_upload',
            upload: { case: stand.current().id, paper: id, sent: Math.round((bytes * part) / 10), total: bytes },
          });
          const code = part === 6 ? refuse('upload') : null;
          if (code) {
            paper(id, { upload: code === 'document_uncertain' ? 'sending' : 'waiting' });
            return stand.change({ problem: problem(code) });
          }
        }
        tell(paper(id, { upload: 'arrived' }));
      }
      return change({});
    },
    async contractFetch() {
      await pause(400);
      stand.change({ step: 'reading' });
      return change({ contract: now().contract ?? newContract() });
    },
    async paperRead(object) {
      const { contract } = now();
      if (contract?.object === object) change({ contract: { ...contract, read: true } });
      change({ papers: now().papers.map((entry) => (entry.object === object ? { ...entry, read: true } : entry)) });
      const all = now().contract?.read === true && now().papers.every((entry) => entry.read);
      return all ? stand.enter('code') : stand.change({});
    },
    async codeRequest(method) {
      await pause(600);
      const at = Date.now();
      const code = refuse('otp');
      const state = code === null ? 'sent' : code === 'code_uncertain' ? 'uncertain' : 'none';
      if (state === 'none') throw problem(code ?? 'internal', 'later');
      change({ code: { ...now().code, state, method, sent_at: at, again_at: at + AGAIN_MS } });
      return stand.change({ problem: code && problem(code, 'find_out_first') });
    },
    async sign(unlock) {
      tell(change({ signature: 'sending' }));
      await pause(2500);
      const code = refuse('sign');
      if (code === 'signature_uncertain') return stand.change({ problem: problem(code, 'find_out_first') });
      if (code !== null || (unlock.with === 'code' && unlock.code === '000000')) {
        tell(change({ signature: 'waiting' }));
        throw problem(code ?? 'code_wrong', 'after_change');
      }
      stand.change({ step: 'signed' });
      return change({ signature: 'arrived', signed_at: Date.now() });
    },
    async signedFetch() {
      for (const entry of now().papers.filter((entry) => entry.signed === null)) {
        await pause(700);
        tell(paper(entry.id, { signed: await signedCopy(stand, entry) }));
      }
      return change({ all_kept: now().papers.every((entry) => entry.signed?.good === true) });
    },
    async signedSave() {
      await pause(200);
      return true;
    },
    async signedPrint() {
      window.print();
    },
    async serverDelete() {
      change({ deletion: 'sending' });
      await pause(900);
      const code = refuse('delete');
      if (code) return stand.change({ problem: problem(code) });
      stand.change({ step: 'closed' });
      return change({ deletion: 'arrived', deleted_at: Date.now() });
    },
    pageUrl(_case, object, n, width) {
      const address = `${object}/${n}/${width}`;
      const known = pictures.get(address);
      if (known !== undefined) return known;
      const { title, pages, signer } = drawn.get(object) ?? { title: '?', pages: 1, signer: null };
      const picture = drawPage({ title, page: n, pages, stamp: signer }, width);
      pictures.set(address, picture);
      return picture;
    },
  };
}
