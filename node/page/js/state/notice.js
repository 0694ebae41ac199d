// Saying aloud that something came, to somebody who looks elsewhere.

import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { chatOf } from './chats.js';
import { go, opened } from './route.js';
import { hushed, settings } from './settings.js';

/** @import { Message } from 'okrug' */

/** Tones in hertz: one for each precedence, the gravest the most pressing. */
const TONES = { routine: [660], urgent: [660, 880], flash: [880, 660, 880, 660] };
const TONE_S = 0.16;
const PREVIEW = 120;

/** @type {AudioContext | null} */
let audio = null;

/** Plays the sign of a precedence; a browser that lets nobody hear it is silent. @param {Message['precedence']} precedence */
export function ring(precedence) {
  if (typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  const start = audio.currentTime + 0.02;
  for (const [i, tone] of TONES[precedence].entries()) {
    const [voice, volume] = [audio.createOscillator(), audio.createGain()];
    const from = start + i * TONE_S;
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.12, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    voice.connect(volume).connect(audio.destination);
    voice.start(from);
    voice.stop(from + TONE_S);
  }
}

/** @param {Message} message */
function show(message) {
  const chat = chatOf(message.chat);
  const title = message.precedence === 'routine' ? '' : `${t(`prec.${message.precedence}`)}: `;
  const head = title + visibleText(chat?.title ?? message.author.name);
  const text = visibleText(`${message.author.name}: ${message.text.slice(0, PREVIEW)}`);
  const body = { body: text, tag: message.id, lang: document.documentElement.lang };
  try {
    const note = new Notification(head, body);
    note.onclick = () => (focus(), go(message.chat), note.close());
  } catch {
    // Phones let only the worker of an installed page show notifications; without one the title of the page still counts.
    navigator.serviceWorker?.getRegistration('/').then((worker) => worker?.showNotification(head, body)).catch(() => {});
  }
}

/** Tells of a message that came from somebody else. Quiet hours hold for all but flash. @param {Message} message */
export function notice(message) {
  const flash = message.precedence === 'flash';
  if (message.mine || (hushed() && !flash)) return;
  const { sounds, notify } = settings.value;
  if (!sounds && !notify) return;
  const before = !document.hidden && opened.value === message.chat;
  if (sounds && (!before || flash)) ring(message.precedence);
  if (notify && document.hidden && globalThis.Notification?.permission === 'granted') show(message);
}

/** Asks the browser for the right to notify. @returns {Promise<'granted' | 'denied' | 'default' | 'missing'>} */
export async function ask() {
  if (!('Notification' in globalThis)) return 'missing';
  return Notification.permission === 'default' ? Notification.requestPermission() : Notification.permission;
}
