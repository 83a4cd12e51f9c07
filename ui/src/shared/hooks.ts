// What the window tests hold on to. Everything a person can act on carries `data-action`, with one of these names:
//
//   home        new-case  new-existing  case-resume  case-discard  booth-retry  booth-unlock  desk-enter
//               operator-enter  check-enter (of a booth that is shut)
//   operator    operator-page (with data-value="queue|checks|cameras|log")  queue-send, queue-open, queue-hand-over (with data-to="<case>")
//               hand-over-confirm  bundle-take-in
//               cameras-try  camera-try  camera-use (with data-value="documents|faces" data-to="<camera>")
//               examine  copy  log-kind (with data-value="all|<kind>")  log-newer  log-older  back
//   top bar     language-en  language-es  copy  leave
//   dialogs     leave-keep  leave-discard  dialog-cancel  discard-confirm
//   stepper     go-to            (with data-to="<step>")
//   all screens back
//   start       start-kind       (with data-value="new|existing")  start-new  start-existing  start-defer
//               start-declare-none  (start-kind with data-to="existing" where it is uncertain whether there is one)
//   consent     consent-check  biometrics (with data-value="allowed|refused")  accept
//   document    document-kind    (with data-value="<document type>")  country  document-next
//   front, rear, selfie
//               take  choose-file  camera  camera-restart  use  retake  keep  corners-mark
//               corner (with data-value="<0 to 3, clockwise from the upper left>"); data-testid="sight" over the live picture
//   portrait    portrait-use     (the rectangle itself: data-testid="crop")
//   fields      fields-confirm  zoom  show-side (with data-value="<role>")
//   video       video-begin  video-next  video-end  use  retake  keep  play  seek  chapter  microphone;
//               data-testid="sound" with data-value="heard|silent|clipping|none"
//   review      check            (with data-check="<check>" data-value="passed|failed|none")
//               similarity       (with data-value="high|medium|low|none")  edit (with data-to="<step>")  submit
//   failed      submit-again  go-to (with data-to="review")  start-existing  start-declare-none  leave
//   submitted   receipt-save  copy  evidence-purge  status-refresh  finish
//   refused     receipt-save  new-case  finish
//   documents   papers-pick  paper-remove (with data-to="<paper>")  papers-upload  contract-fetch
//   reading     paper-choose (with data-to="<object>")  page-next  page-previous  page-go (with data-to="<page from 0>")
//               page-zoom (with data-value="whole|wide")  read-on  paper-read  reading-go-on  contract-fetch  back
//   code        code-method (with data-value="sms|whatsapp")  code-ask  sign  code-external  code-type  signature-look  back
//   signed      signed-fetch  signed-view, signed-save, signed-print (with data-to="<paper>")  server-delete
//               delete-confirm  deletion-prove  viewer-close
//   closed      signed-view, signed-save, signed-print (with data-to="<paper>")  receipt-save  finish
//   print view  print  print-close
//   desk        desk-sign-in  desk-practice  desk-remembered  desk-way (with data-value="token|password")  desk-lacking
//               desk-remember  officer-sign-out (in the top bar)
//   desk, list  desk-open (with data-to="<case>")  desk-filter (with data-value="<group>")  desk-refresh  desk-fetch  back
//   desk, case  desk-section (with data-value="<section>")  zoom (with data-to="<role>")  play  seek  frame-back  frame-on
//               desk-approve  desk-refuse  desk-look-again  desk-continue  desk-other-officer  back
//   desk, dialogs  desk-approve-confirm  desk-refuse-confirm  desk-reason (with data-value="<reason>")
//
// `data-step="<step>"` is on the root of each screen ("home" where there is no case), `data-field="<key>"` on each
// input, `data-problem="<code>"` on each problem card. An open list has `data-option="<id>"` on its options. The live
// picture's canvas has `data-sequence`, the sequence number of the picture it shows.

import type { FieldKey } from '../backend';

export const ACTIONS = [
  'accept',
  'back',
  'biometrics',
  'bundle-take-in',
  'booth-retry',
  'booth-unlock',
  'camera',
  'camera-restart',
  'microphone',
  'camera-try',
  'camera-use',
  'cameras-try',
  'case-discard',
  'case-resume',
  'chapter',
  'check',
  'check-enter',
  'choose-file',
  'code-ask',
  'code-external',
  'code-type',
  'code-method',
  'consent-check',
  'contract-fetch',
  'copy',
  'corner',
  'corners-mark',
  'country',
  'delete-confirm',
  'deletion-prove',
  'desk-approve',
  'desk-approve-confirm',
  'desk-continue',
  'desk-enter',
  'desk-fetch',
  'desk-filter',
  'desk-lacking',
  'desk-look-again',
  'desk-open',
  'desk-other-officer',
  'desk-practice',
  'desk-reason',
  'desk-refresh',
  'desk-refuse',
  'desk-refuse-confirm',
  'desk-remember',
  'desk-remembered',
  'desk-section',
  'desk-sign-in',
  'desk-way',
  'dialog-cancel',
  'discard-confirm',
  'document-kind',
  'document-next',
  'edit',
  'evidence-purge',
  'examine',
  'fields-confirm',
  'finish',
  'frame-back',
  'frame-on',
  'go-to',
  'hand-over-confirm',
  'keep',
  'language-en',
  'language-es',
  'leave',
  'leave-discard',
  'leave-keep',
  'log-kind',
  'log-newer',
  'log-older',
  'new-case',
  'new-existing',
  'officer-sign-out',
  'operator-enter',
  'operator-page',
  'page-go',
  'page-next',
  'page-previous',
  'page-zoom',
  'paper-choose',
  'paper-read',
  'paper-remove',
  'papers-pick',
  'papers-upload',
  'play',
  'portrait-use',
  'print',
  'print-close',
  'queue-hand-over',
  'queue-open',
  'queue-send',
  'read-on',
  'reading-go-on',
  'receipt-save',
  'retake',
  'seek',
  'server-delete',
  'show-side',
  'sign',
  'signature-look',
  'signed-fetch',
  'signed-print',
  'signed-save',
  'signed-view',
  'similarity',
  'start-declare-none',
  'start-defer',
  'start-existing',
  'start-kind',
  'start-new',
  'status-refresh',
  'submit',
  'submit-again',
  'take',
  'use',
  'video-begin',
  'video-end',
  'video-next',
  'viewer-close',
  'zoom',
] as const;

export type Action = (typeof ACTIONS)[number];

/** Inputs that are no field of the evidence. */
export type InputName =
  | FieldKey
  | OfficerInput
  | 'request_pk'
  | 'videoid_pk'
  | 'operator'
  | 'passphrase'
  | 'passphrase_again'
  | 'reason'
  | 'code'
  | 'external_kind'
  | 'external_value'
  | 'external_secret';

/** What an officer signs in with. */
export type OfficerInput = 'officer_name' | 'rao' | 'token' | 'username' | 'password' | 'pin';
