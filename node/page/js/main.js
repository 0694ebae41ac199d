// Begins the page.

import { backoff } from './base/backoff.js';
import { live } from './state/life.js';
import { tick } from './state/moment.js';
import { follow } from './state/route.js';
import { me, resume } from './state/session.js';
import { Frame, entitle } from './view/frame.js';
import { speak } from './view/language.js';
import { html, render } from './view/ui.js';

/** Asks who we are until the node answers; the door opens after the first failure and says what is wrong itself. */
async function begin() {
  const waits = backoff();
  for (;;) {
    try {
      return await resume();
    } catch {
      me.value ??= null;
      await new Promise((resolve) => setTimeout(resolve, waits.next()));
      if (me.value) return;
    }
  }
}

speak();
follow();
tick();
live();
entitle();
const root = document.getElementById('page');
if (root) render(html`<${Frame} />`, root);
begin();
