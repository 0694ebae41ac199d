// A peer of js-libp2p: what is said to it in lines of JSON it does, and what it sees it says in lines of JSON.
//
//   {"seed":"<hex>","listen":["/ip4/…"]}                   the first line: its identity, and where to wait for calls; it is ready
//   {"do":"dial","address":"/ip4/…"}                       connected, or refused with the reason; later identified, closed
//   {"do":"subscribe","topic":"1f0c/u1"}               joined when gossip flows, then heard for each message
//   {"do":"publish","topic":"1f0c/u1","bytes":"<hex>"} published, with the number of receivers
//   {"do":"ping"}                                          answered, when the multiplexer of each connection has been
//   {"do":"open","protocol":"/…"}                          opened, and read for all that comes on the stream
//   {"do":"write","bytes":"<hex>"}                         on that stream

// js-libp2p wants Node.js 22 for this alone.
Promise.withResolvers ??= function withResolvers() {
  let [resolve, reject] = [];
  const promise = new this((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
};

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';

const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
/** Often, so that whatever it wants of the other side it wants within a test. */
const PING_MS = 500;

const hex = (bytes) => Buffer.from(bytes.subarray()).toString('hex');
const unhex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));

/** What Okrug calls a gossip message: FORMAT.md, section 6. */
function messageId({ topic, data }) {
  const name = Buffer.from(topic);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(name.length));
  const hash = createHash('sha256').update('okrug/1/gossip-id\0').update(length).update(name).update(data);
  return Uint8Array.from(hash.digest().subarray(0, 20));
}

async function start({ seed, listen }) {
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', unhex(seed)),
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { pingInterval: PING_MS },
    services: { identify: identify(), gossip: gossipsub({ globalSignaturePolicy: 'StrictNoSign', msgIdFn: messageId }) },
  });
  const { gossip } = node.services;
  gossip.addEventListener('message', ({ detail }) => say('heard', { topic: detail.topic, bytes: hex(detail.data) }));
  gossip.addEventListener('subscription-change', ({ detail }) => {
    for (const { topic, subscribe } of detail.subscriptions) say(subscribe ? 'hears' : 'leaves', { topic, peer: `${detail.peerId}` });
  });
  gossip.addEventListener('gossipsub:graft', ({ detail }) => say('joined', detail));
  node.addEventListener('peer:identify', ({ detail }) => say('identified', { agent: detail.agentVersion, protocols: detail.protocols }));
  node.addEventListener('connection:close', ({ detail }) => say('closed', { peer: `${detail.remotePeer}` }));
  say('ready', { peer: `${node.peerId}` });
  return node;
}

const does = {
  async dial(node, { address }) {
    try {
      const connection = await node.dial(multiaddr(address));
      say('connected', { peer: `${connection.remotePeer}`, muxer: connection.multiplexer, encrypter: connection.encryption });
    } catch (error) {
      say('refused', { reason: `${error.name}: ${error.message}` });
    }
  },
  subscribe: (node, { topic }) => node.services.gossip.subscribe(topic),
  async publish(node, { topic, bytes }) {
    const { recipients } = await node.services.gossip.publish(topic, unhex(bytes));
    say('published', { topic, receivers: recipients.length });
  },
};

let stream;
Object.assign(does, {
  async ping(node) {
    await Promise.all(node.getConnections().map(({ muxer }) => muxer.ping()));
    say('answered');
  },
  async open(node, { protocol }) {
    [stream] = await Promise.all(node.getConnections().map((connection) => connection.newStream(protocol)));
    stream.addEventListener('message', ({ data }) => say('read', { bytes: hex(data) }));
    stream.addEventListener('close', () => say('ended', { protocol }));
    say('opened', { protocol });
  },
  write: (_, { bytes }) => stream.send(unhex(bytes)),
});

let node;
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (node) await does[told.do](node, told);
  else node = await start(told);
}
await node?.stop();
