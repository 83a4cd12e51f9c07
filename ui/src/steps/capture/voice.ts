// What is asked, said aloud where the machine has a voice in the person's language. Where it has none, nothing is said and
// nothing is wrong.

/** Says `text` instead of whatever is being said. */
export function say(text: string, language: string): void {
  try {
    const voice = voiceFor(language);
    if (!voice) return;
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(said);
  } catch {
    // A voice is a help and nothing else.
  }
}

/** Nothing more is said. */
export function hush(): void {
  try {
    window.speechSynthesis?.cancel();
  } catch {
    // As above.
  }
}

function voiceFor(language: string): SpeechSynthesisVoice | undefined {
  const short = language.slice(0, 2).toLowerCase();
  const voices = window.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang.toLowerCase().startsWith(short));
}
