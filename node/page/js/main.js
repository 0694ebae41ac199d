// Begins the page.

import { backoff } from './base/backoff.js';
import { lang } from './base/words.js';
import { live } from './state/life.js';
import { loadSettings } from './state/settings.js';
import { tick } from './state/moment.js';
import { follow } from './state/route.js';
import { away, me, resume } from './state/session.js';
import { Frame, entitle } from './view/frame.js';
import { keyboard } from './view/keys.js';
import { speak, study } from './view/language.js';
import { fetchAll } from './view/lazy.js';
import { dress } from './view/low.js';
import { html, render } from './view/ui.js';

/** The parts and words that come later are fetched when the first screen has had this time. */
const SPARE_MS = 3000;

/** Asks who we are until the node answers; the door opens after the first failure and says what is wrong itself. */
async function begin() {
  const waits = backoff();
  for (;;) {
    try {
      await resume();
      return (away.value = false);
    } catch {
      away.value = true;
      me.value ??= null;
      await new Promise((resolve) => setTimeout(resolve, waits.next()));
      if (me.value) return;
    }
  }
}

/** What can wait until the first screen stands. */
function later() {
  study();
  fetchAll();
  import('./link/worker.js').then(({ install }) => install(lang.value)).catch(() => {});
}

loadSettings(null);
dress();
await speak();
follow();
tick();
live();
entitle();
keyboard();
const root = document.getElementById('page');
if (root) render(html`<${Frame} />`, root);
begin().then(() => setTimeout(later, SPARE_MS));
