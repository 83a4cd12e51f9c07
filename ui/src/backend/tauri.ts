// The program behind the page: commands by invoke, pictures by the cam:// scheme, notices by one event.

import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { Backend, Pulled } from './backend';
import type { Notice, ProblemView } from './generated';

/** `cam://localhost/…`, or `http://cam.localhost/…` where the web view wants it so. */
function cam(path: string): string {
  return convertFileSrc('', 'cam') + path;
}

async function pulled(path: string, signal: AbortSignal): Promise<Pulled> {
  const answer = await fetch(cam(path), { signal, cache: 'no-store' });
  switch (answer.status) {
    case 200:
      return {
        state: 'picture',
        sequence: Number(answer.headers.get('x-sequence')),
        jpeg: await answer.blob(),
      };
    case 204:
      return { state: 'nothing' };
    case 410:
      return { state: 'failed', problem: (await answer.json()) as ProblemView };
    default:
      throw new Error(`preview answered ${answer.status}`);
  }
}

export const program: Backend = {
  boothView: () => invoke('booth_view'),
  boothUnlock: (passphrase) => invoke('booth_unlock', { passphrase }),
  consentText: (language) => invoke('consent_text', { language }),

  caseOpen: () => invoke('case_open'),
  caseResume: (id) => invoke('case_resume', { id }),
  caseCurrent: () => invoke('case_current'),
  caseClose: () => invoke('case_close'),
  caseDiscard: () => invoke('case_discard'),

  startNew: (mobilePhone, email) => invoke('start_new', { mobilePhone, email }),
  startExisting: (requestPk, videoidPk) => invoke('start_existing', { requestPk, videoidPk }),
  startDefer: () => invoke('start_defer'),
  startDeclareNone: () => invoke('start_declare_none'),

  consentAccept: (language, version, biometrics) => invoke('consent_accept', { language, version, biometrics }),
  documentChoose: (document) => invoke('document_choose', { document }),

  stillTake: () => invoke('still_take'),
  stillFromFile: () => invoke('still_from_file'),
  captureUse: () => invoke('capture_use'),
  captureRetake: () => invoke('capture_retake'),
  documentOutline: (corners) => invoke('document_outline', { corners }),
  portraitCut: (crop) => invoke('portrait_cut', { crop }),
  videoBegin: () => invoke('video_begin'),
  videoEnd: () => invoke('video_end'),
  videoNext: (number) => invoke('video_next', { number }),

  fieldsConfirm: (fields, operator) => invoke('fields_confirm', { fields, operator }),
  checkAttest: (check, passed, operator) => invoke('check_attest', { check, passed, operator }),
  similarityJudge: (word, operator) => invoke('similarity_judge', { word, operator }),
  caseAssurance: () => invoke('case_assurance'),
  goTo: (step) => invoke('go_to', { step }),
  submit: () => invoke('submit'),

  officerView: () => invoke('officer_view'),
  officerSignIn: (signIn) => invoke('officer_sign_in', { signIn }),
  officerSignOut: () => invoke('officer_sign_out'),
  deskList: () => invoke('desk_list'),
  deskRefresh: () => invoke('desk_refresh'),
  deskOpen: (id) => invoke('desk_open', { id }),
  deskFetch: (requestPk, videoidPk) => invoke('desk_fetch', { requestPk, videoidPk }),
  deskApprove: () => invoke('desk_approve'),
  deskRefuse: (reason) => invoke('desk_refuse', { reason }),

  queueView: () => invoke('queue_view'),
  queueSend: (id) => invoke('queue_send', { id }),
  queueHandOver: (id, name) => invoke('queue_hand_over', { id, name }),
  carryKeys: () => invoke('carry_keys'),
  bundleTakeIn: () => invoke('bundle_take_in'),
  auditPage: (before, kind) => invoke('audit_page', { before, kind }),
  auditChain: () => invoke('audit_chain'),
  doctorExamine: () => invoke('doctor_examine'),
  cameraTry: (camera) => invoke('camera_try', { camera }),
  pullTrial: (after, signal) => pulled(`trial?after=${after}`, signal),

  statusRefresh: () => invoke('status_refresh'),
  papersPick: () => invoke('papers_pick'),
  paperRemove: (paper) => invoke('paper_remove', { paper }),
  papersUpload: () => invoke('papers_upload'),
  contractFetch: () => invoke('contract_fetch'),
  paperRead: (object) => invoke('paper_read', { object }),
  codeRequest: (method) => invoke('code_request', { method }),
  sign: (unlock) => invoke('sign', { unlock }),
  signedFetch: () => invoke('signed_fetch'),
  signedSave: (paper) => invoke('signed_save', { paper }),
  signedPrint: (paper) => invoke('signed_print', { paper }),
  serverDelete: () => invoke('server_delete'),

  camerasRefresh: () => invoke('cameras_refresh'),
  cameraChoose: (role, camera) => invoke('camera_choose', { role, camera }),
  cameraRestart: () => invoke('camera_restart'),
  cameraLook: (role) => invoke('camera_look', { role }),
  microphoneChoose: (microphone) => invoke('microphone_choose', { microphone }),
  evidencePurge: (id) => invoke('evidence_purge', { id }),
  receiptSave: () => invoke('receipt_save'),

  pull: (role, after, signal) => pulled(`preview/${role}?after=${after}`, signal),

  objectUrl: (caseId, object) => cam(`object/${caseId}/${object}`),

  clipUrl: (caseId, object, milliseconds) =>
    cam(`clip/${caseId}/${object}?t=${Math.max(0, Math.round(milliseconds))}`),

  pageUrl: (caseId, object, n, width) => cam(`page/${caseId}/${object}/${n}?w=${Math.max(1, Math.round(width))}`),

  onNotice: (listener) => listen<Notice>('notice', (event) => listener(event.payload)),
};
