// A peer of js-libp2p: what is said to it in lines of JSON it does, and what it sees it says in lines of JSON.
//
//   {"seed":"<hex>","district":"1f0c9a2e"}                 the first line: its identity, and the district's tag
//   {"do":"dial","address":"/ip4/…"}                       connected, or refused with the reason
//   {"do":"subscribe","topic":"1f0c9a2e/u1"}               afterwards heard, for each message
//   {"do":"publish","topic":"1f0c9a2e/u1","bytes":"<hex>"} published, with the number of receivers

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

async function start({ seed }) {
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', unhex(seed)),
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), gossip: gossipsub({ globalSignaturePolicy: 'StrictNoSign', msgIdFn: messageId }) },
  });
  const { gossip } = node.services;
  gossip.addEventListener('message', ({ detail }) => say('heard', { topic: detail.topic, bytes: hex(detail.data) }));
  gossip.addEventListener('subscription-change', ({ detail }) => {
    for (const { topic, subscribe } of detail.subscriptions) say(subscribe ? 'hears' : 'leaves', { topic, peer: `${detail.peerId}` });
  });
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

let node;
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (node) await does[told.do](node, told);
  else node = await start(told);
}
await node?.stop();
