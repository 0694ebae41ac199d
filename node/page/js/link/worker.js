// Installing what opens the page when the node is away.

/** The one address that may become a worker; the policy of the page allows no other. */
const WORKER = '/sw.js';

/** @param {string} url */
function onlyOurs(url) {
  if (url !== WORKER) throw new TypeError(url);
  return url;
}

/** A browser that may not, or a node without its certificate trusted: the page goes on without. @param {string} lang */
export async function install(lang) {
  const manifest = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel="manifest"]'));
  if (manifest && lang === 'en') manifest.href = manifest.href.replace('/app.webmanifest', '/app.en.webmanifest');
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const url = types ? types.createPolicy('okrug-sw', { createScriptURL: onlyOurs }).createScriptURL(WORKER) : WORKER;
  await navigator.serviceWorker?.register(url, { scope: '/', updateViaCache: 'none' });
}
