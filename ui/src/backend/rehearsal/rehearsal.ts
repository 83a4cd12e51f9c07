// The booth, pretended in the page: for working on the screens in a plain browser, and for nothing else. It is loaded
// while developing only and is not part of what ships. What goes wrong is chosen in the address:
//   ?start=refused|uncertain  ?camera=<code>  ?take=<code>  ?delivery=<code>  ?booth=<code>  ?language=es
//   ?practice=no  ?unfinished=no  ?desk=no  ?full (no room for a new case)  ?queue=empty  ?log=broken  ?doctor=fine
//   ?at=<step>                the page opens with a case at this step, from `submitted` on
//   ?review=refused|open      what the officer says, on the second look; ?follow: while the page waits
//   ?officer=signed-in        somebody is signed in at the desk
//   ?sight=<cause>  ?coarse  ?auto=no  ?reading=no|doubtful   what the booth sees on the document
//   ?upload=<code>  ?otp=<code>  ?sign=<code>  ?signed=altered|stranger|untrusted|no-anchors  ?delete=<code>

import type { Backend } from '../backend';
import { assuranceOf } from './assurance';
import { captures } from './capture';
import { deliver } from './delivery';
import { desk } from './desk';
import { operator } from './operator';
import { listedCase, seed } from './seed';
import { signing } from './signing';
import { pause, problem, Stand } from './stand';

export function rehearse(knobs: URLSearchParams): Backend {
  const stand = new Stand(knobs);
  let startAsked = 0;
  const ready = seed(stand);

  return {
    ...captures(stand),
    ...signing(stand),
    ...desk(stand),
    ...operator(stand),

    boothView: async () => stand.booth,
    async boothUnlock(passphrase) {
      await pause(400);
      if (passphrase.length < 8) throw problem('passphrase_short', 'after_change', 'at least 8 characters');
      if (passphrase.startsWith('wrong')) throw problem('passphrase_wrong', 'after_change');
      stand.booth = { ...stand.booth, problem: null };
      return stand.booth;
    },
    async consentText(language) {
      await pause(60);
      const spanish = language === 'es';
      return {
        version: '2026-01',
        language,
        paragraphs: spanish
          ? [
              'Vamos a comprobar su identidad para expedir un certificado electrónico a su nombre. Para ello se harán fotos de su documento, una foto de su rostro y un vídeo corto.',
              'Una persona autorizada de la autoridad de registro revisará estas imágenes y los datos de su documento. No se usan para nada más.',
              'Las imágenes y los datos se guardan cifrados en esta máquina hasta que el servidor confirma que los ha recibido.',
              'Puede detenerse en cualquier momento antes del envío; entonces se borra todo.',
            ]
          : [
              'We are going to verify your identity in order to issue an electronic certificate in your name. For this, pictures of your document, a picture of your face and a short video are taken.',
              'An authorised officer of the registration authority reviews these pictures and the details of your document. They are used for nothing else.',
              'Pictures and details are kept encrypted on this machine until the server has confirmed that it received them.',
              'You can stop at any moment before they are sent; everything is deleted then.',
            ],
        terms_url: 'https://example.org/terms',
        privacy_url: 'https://example.org/privacy',
      };
    },

    caseOpen: async () => stand.open(crypto.randomUUID(), '7WQK'),
    async caseResume(id) {
      const kept = stand.kept.get(id);
      if (kept) {
        stand.held = kept;
        return stand.change({});
      }
      return listedCase(stand, id);
    },
    async caseCurrent() {
      await ready;
      return stand.held;
    },
    async caseClose() {
      if (stand.held) stand.kept.set(stand.held.id, stand.held);
      stand.held = null;
    },
    async caseDiscard() {
      const id = stand.held?.id;
      stand.held = null;
      stand.booth = { ...stand.booth, unfinished: stand.booth.unfinished.filter((entry) => entry.id !== id) };
    },

    async startNew(mobilePhone, email) {
      await pause(700);
      startAsked += 1;
      stand.setField('mobile_phone', mobilePhone);
      stand.setField('email', email);
      stand.change({ origin: 'new' });
      if (startAsked === 1 && stand.knobs.get('start') === 'refused') {
        return stand.change({ problem: problem('server_unreachable', 'later', 'connection refused (os error 111)') });
      }
      if (startAsked === 1 && stand.knobs.get('start') === 'uncertain') {
        return stand.change({ request: { state: 'uncertain' }, problem: problem('request_uncertain', 'find_out_first') });
      }
      stand.change({ request: { state: 'known', request_pk: 45836, videoid_pk: 16673 } });
      return stand.enter('consent');
    },
    async startExisting(requestPk, videoidPk) {
      stand.change({ origin: 'existing', request: { state: 'known', request_pk: requestPk, videoid_pk: videoidPk } });
      return stand.enter('consent');
    },
    startDefer: async () => stand.enter('consent'),
    async startDeclareNone() {
      await pause(500);
      stand.change({ request: { state: 'known', request_pk: 45838, videoid_pk: 16675 } });
      return stand.enter('consent');
    },

    async consentAccept(_language, _version, biometrics) {
      stand.consented = true;
      stand.change({ biometrics });
      return stand.advance();
    },
    async documentChoose(document) {
      stand.change({ document });
      return stand.advance();
    },

    async fieldsConfirm(fields) {
      for (const { key, value } of fields) stand.setField(key, value);
      stand.confirmed = true;
      return stand.advance();
    },
    async checkAttest(check, passed, operator) {
      return stand.change({
        checks: stand.current().checks.map((entry) =>
          entry.check === check ? { ...entry, passed, attested_by: passed === null ? null : operator } : entry,
        ),
      });
    },
    async similarityJudge(word, operator) {
      return stand.change({ similarity: word && { word, by: operator, measured_by: null, level: null } });
    },
    caseAssurance: async () => assuranceOf(stand.current()),
    goTo: async (step) => stand.enter(step),
    async submit() {
      const view = stand.change({
        step: 'submitting',
        problem: null,
        delivery: {
          legs: [
            { leg: 'evidences', state: 'waiting' },
            { leg: 'video', state: 'waiting' },
          ],
          submitted_at: Date.now(),
          confirmed_at: null,
          status: null,
          by_itself: false,
          failed_attempts: 0,
          next_at: null,
        },
      });
      void deliver(stand);
      return view;
    },

    async evidencePurge() {
      const { exhibits } = stand.current();
      return stand.change({
        exhibits: exhibits.map((exhibit) => ({ ...exhibit, kept: false })),
        kept: { until: null, removed_at: Date.now() },
      });
    },
    receiptSave: async () => true,
    onNotice: async (listener) => stand.listen(listener),
  };
}
