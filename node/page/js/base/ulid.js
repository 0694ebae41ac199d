// Numbers that a page gives its own messages, so that a repeated request is known as one.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: ten characters of time, sixteen of randomness (github.com/ulid/spec). */
export function ulid(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(16))) {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  return time + Array.from(random, (byte) => ALPHABET[byte % 32]).join('');
}
