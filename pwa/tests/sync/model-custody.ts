/** The server's side of custody with Node's own hashes and signatures, so that the phone's are judged by other hands. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Command } from './model-rules';

export const DEVICE_KEYS = '/api/custody/device-keys';

export interface SentSeal {
  readonly key: string;
  readonly mid: number;
  readonly prev: string;
  readonly head: string;
  readonly sig: string;
}

export interface Registration {
  readonly client: string;
  readonly public_key: string;
}

interface Key {
  readonly user: string;
  readonly client: string;
  readonly spki: Buffer;
}

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const field = (text: string): string => `${String(Buffer.byteLength(text))}:${text},`;

export const digestOf = ({ id, name, v = 1, at, args, blobs = [] }: Command): Buffer =>
  sha256(`anxun-mutation-1\n${[id, name, String(v), String(at), JSON.stringify(args), blobs.join(',')].map(field).join('')}`);

export const originOf = (client: string): Buffer => sha256(`anxun-chain-1\n${client}`);

export class ModelCustody {
  readonly keys = new Map<string, Key>();
  /** client → mid → link */
  readonly chains = new Map<string, Map<number, Buffer>>();
  readonly states: { readonly client: string; readonly mid: number; readonly state: string }[] = [];

  register(user: string | null, { client, public_key }: Registration): { readonly status: number; readonly body: unknown } {
    if (user === null) return { status: 401, body: { code: 'unauthenticated' } };
    const spki = Buffer.from(public_key, 'base64');
    const id = sha256(spki).toString('hex').slice(0, 32);
    const known = this.keys.get(id);
    if (known !== undefined && (known.client !== client || known.user !== user)) return { status: 409, body: { code: 'device-key-taken' } };
    this.keys.set(id, { user, client, spki });
    const chain = this.chains.get(client);
    const mid = Math.max(0, ...(chain?.keys() ?? []));
    return { status: 200, body: { key: id, mid, head: chain?.get(mid)?.toString('hex') ?? null } };
  }

  /** Makes the links of what was taken now, whatever the seal says: a repeat of another client's work changes no chain. */
  take(user: string, client: string, push: readonly Command[], seal: SentSeal | undefined, [before, lastMid]: readonly [number, number]): string {
    const chain = this.chains.get(client) ?? new Map<number, Buffer>();
    this.chains.set(client, chain);
    const links = this.#links(client, chain, push);
    const isNews = push.some(({ mid }) => !chain.has(mid));
    for (const [mid, link] of links) if (mid > before && mid <= lastMid) chain.set(mid, link);
    if (!isNews) return 'ok';
    const state = this.#judge(user, client, push, links, seal);
    this.states.push({ client, mid: push.at(-1)?.mid ?? 0, state });
    return state;
  }

  #before(client: string, chain: ReadonlyMap<number, Buffer>, mid: number): Buffer {
    return chain.get(mid) ?? originOf(client);
  }

  #links(client: string, chain: ReadonlyMap<number, Buffer>, push: readonly Command[]): Map<number, Buffer> {
    const links = new Map<number, Buffer>();
    for (const command of push) {
      const before = links.get(command.mid - 1) ?? this.#before(client, chain, command.mid - 1);
      links.set(command.mid, sha256(before, digestOf(command)));
    }
    return links;
  }

  #judge(user: string, client: string, push: readonly Command[], links: ReadonlyMap<number, Buffer>, seal?: SentSeal): string {
    if (seal === undefined) return 'absent';
    if (!this.#fits(client, push, links, seal)) return 'broken';
    const key = this.keys.get(seal.key);
    if (key?.user !== user || key.client !== client) return 'unknown-key';
    const text = `anxun-seal-1\n${client}\n${String(seal.mid)}\n${seal.prev}\n${seal.head}\n`;
    const publicKey = createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
    const holds = verify('sha256', Buffer.from(text), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(seal.sig, 'base64'));
    return holds ? 'ok' : 'broken';
  }

  #fits(client: string, push: readonly Command[], links: ReadonlyMap<number, Buffer>, seal: SentSeal): boolean {
    const mids = push.map(({ mid }) => mid);
    const [first, last] = [Math.min(...mids), Math.max(...mids)];
    const prev = this.#before(client, this.chains.get(client) ?? new Map<number, Buffer>(), first - 1).toString('hex');
    return seal.mid === last && seal.prev === prev && seal.head === links.get(last)?.toString('hex');
  }
}
