import { afterEach, expect, it, vi } from 'vitest';

import { hush, say } from './voice';

afterEach(() => vi.unstubAllGlobals());

function withVoices(languages: string[]): { said: string[] } {
  const heard = { said: [] as string[] };
  vi.stubGlobal('speechSynthesis', {
    getVoices: () => languages.map((lang) => ({ lang })),
    speak: (utterance: { text: string }) => heard.said.push(utterance.text),
    cancel: () => {},
  });
  vi.stubGlobal(
    'SpeechSynthesisUtterance',
    class {
      voice = null;
      lang = '';
      constructor(readonly text: string) {}
    },
  );
  return heard;
}

it('is said by a voice of the language, and by no other', () => {
  const heard = withVoices(['de-DE', 'es-ES']);
  say('Mire a la cámara', 'es');
  say('Look into the camera', 'en');
  expect(heard.said).toEqual(['Mire a la cámara']);
});

it('where there is no voice nothing is said and nothing fails', () => {
  vi.stubGlobal('speechSynthesis', undefined);
  expect(() => {
    say('Look', 'en');
    hush();
  }).not.toThrow();
});
