// Requests to the node: JSON in and out, every failure a `Problem`.

const BASE = '/api/v1';
const PATIENCE_MS = 20_000;

/** What went wrong: `status` 0 when the node did not answer at all, else the HTTP status and the node's own words. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, title?: string, detail?: string }} [words]
   * @param {number | null} [retryAfter] seconds
   */
  constructor(status, { code = '', title = '', detail = '' } = {}, retryAfter = null) {
    super(title || code || `HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || (this.status >= 500 && this.status !== 507);
  }
}

/** Who is told that the session is over; set by whoever keeps the session. */
export const watchers = { signedOut() {} };

/**
 * Asks the node; resolves to the answer's JSON, or to null when it has none.
 *
 * With `keepalive` the request goes on when the page is closed.
 *
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path below the API's base
 * @param {object} [body]
 * @returns {Promise<any>} as the OpenAPI document says of this path
 */
export async function call(method, path, body, { keepalive = false } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (method !== 'GET') headers['X-Okrug'] = '1';
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(BASE + path, {
      method, headers, keepalive, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin', signal: abort.signal,
    });
    const text = await answer.text();
    if (answer.ok) return text ? JSON.parse(text) : null;
    throw new Problem(answer.status, parsed(text), Number(answer.headers.get('Retry-After')) || null);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(0, { title: String(error) });
    if (problem.status === 401 && !(method === 'POST' && path === '/session')) watchers.signedOut();
    throw problem;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
