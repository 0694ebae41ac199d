// What a thief could make who had the key of a district's root, or an office's: certificates that break the constraint of
// names. Nobody has the root's key but its authority; so the root here is a twin, with a key of our own and the constraint of
// the district's own certificate, byte for byte.

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';

/** The object identifier of the constraint of names, as DER writes it. */
const NAME_CONSTRAINTS = Buffer.from('0603551d1e', 'hex');

/** How long a DER value is, tag and length included. */
function span(der, at) {
  const first = der[at + 1];
  const more = first < 0x80 ? 0 : first & 0x7f;
  return 2 + more + (more ? der.readUIntBE(at + 2, more) : first);
}

/** The bytes of the constraint that a certificate puts on those below it. */
export function constraint(certificate) {
  const der = new X509Certificate(certificate).raw;
  const found = der.indexOf(NAME_CONSTRAINTS);
  if (found < 0) throw new Error('a certificate without a constraint of names');
  // The identifier, that it is critical, the string in which the extension stands.
  const critical = found + NAME_CONSTRAINTS.length;
  if (der.subarray(critical, critical + 3).toString('hex') !== '0101ff') throw new Error('a constraint that clients may overlook');
  const string = critical + 3;
  const whole = span(der, string);
  const length = span(der, string + (der[string + 1] < 0x80 ? 2 : 2 + (der[string + 1] & 0x7f)));
  return der.subarray(string + whole - length, string + whole);
}

/** The chain that an office shows: its leaf, its own certificate. */
export const shown = (port, servername) => new Promise((resolve, reject) => {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false }, () => {
    const leaf = socket.getPeerCertificate(true);
    socket.destroy();
    resolve([leaf, leaf.issuerCertificate].map(({ raw }) => raw));
  });
  socket.on('error', reject);
});

/** Whoever signs certificates in a folder, each with the extensions that are given. */
export function forger(dir) {
  const at = (name) => join(dir, name);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  /** Signs `name` by `by`; without one it signs itself. */
  return (name, by, extensions) => {
    writeFileSync(at(`${name}.ext`), `${extensions.join('\n')}\n`);
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-subj', `/O=Okrug/CN=${name}`, '-out', `${name}.csr`);
    const signer = by ? ['-CA', `${by.name}.pem`, '-CAkey', `${by.name}.key`, '-CAcreateserial'] : ['-signkey', `${name}.key`];
    openssl('x509', '-req', '-in', `${name}.csr`, '-days', '30', ...signer, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
    return { name, pem: readFileSync(at(`${name}.pem`), 'utf8'), key: readFileSync(at(`${name}.key`), 'utf8') };
  };
}

/** What a certificate says of one that may sign others, below this constraint. */
export const signs = (bytes) => ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', `nameConstraints=critical,DER:${bytes.toString('hex')}`];
/** What it says of one for a name. */
export const speaks = (name) => [
  'basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth', `subjectAltName=DNS:${name}`,
];

/** A page under a chain of certificates; answers its port. */
export async function serveUnder(chain) {
  const server = createServer({ key: chain[0].key, cert: chain.map(({ pem }) => pem).join('') }, (_, response) => response.end('served'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => (server.closeAllConnections(), server.close()) };
}
