/** The browser's side of the ports: the only file of the sync that knows the platform. */
import type { Custodian } from '../custody/custodian';
import type { CustodyPorts } from '../custody/key';
import { browserLocks } from '../data/locks';
import type { Connection, Ports } from './ports';
import { tusUploader } from './tus';

interface NetworkInformation {
  readonly type?: string;
}

const connection = (): Connection => {
  const { onLine, connection: network } = navigator as Navigator & { readonly connection?: NetworkInformation };
  return { online: onLine, cellular: network?.type === 'cellular' };
};

const gzip = async (text: string): Promise<Uint8Array<ArrayBuffer>> => {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
};

const after = (ms: number, work: () => void): (() => void) => {
  const timer = setTimeout(work, ms);
  return () => {
    clearTimeout(timer);
  };
};

const send: typeof fetch = (input, init) => fetch(input, init);

/** Loaded with the first work that is sent. */
const custodyWith = (given: Omit<CustodyPorts, 'subtle'>, subtle: SubtleCrypto): Custodian => {
  const able = async (): Promise<Custodian> => (await import('../custody/custodian')).custodian({ ...given, subtle });
  return {
    tie: async (db) => (await able()).tie(db),
    seal: async (db, client, batch) => (await able()).seal(db, client, batch),
    heard: async (db, client) => (await able()).heard(db, client),
    prepare: async (db) => (await able()).prepare(db),
  };
};

/** A page without https has no WebCrypto and signs nothing. */
const custody = (person: Ports['person']): Pick<Ports, 'custody'> => {
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  return subtle === undefined ? {} : { custody: custodyWith({ fetch: send, locks: browserLocks(), person }, subtle) };
};

export const browserPorts = (given: Pick<Ports, 'app' | 'expire' | 'person'>): Ports => ({
  ...given,
  fetch: send,
  random: () => Math.random(),
  after,
  locks: browserLocks(),
  connection,
  upload: tusUploader({ endpoint: '/api/blobs', load: () => import('tus-js-client'), fetch: send }),
  gzip: typeof CompressionStream === 'undefined' ? null : gzip,
  ...custody(given.person),
});
