/**
 * A draw once more, from its published file alone: the twin of server/draws/rules and of tools/replay_draw.py. Pure but for
 * the hash, which the browser computes.
 */
import { fromBase64, fromHex, joined, toHex, utf8, type Bytes } from '@/custody/bytes';
import { keyName, sha256, type Subtle } from '@/custody/layout';
import { isRecord, type Json } from '@/data/shape';
import { signedBy } from './signature';

export type Fields = Readonly<Record<string, Json>>;

/** The first place that does not repeat; `told` is what the file says, `found` what was computed. */
export class Differs extends Error {
  readonly where: string;
  readonly told: string;
  readonly found: string;

  constructor(where: string, told: string, found: string) {
    super(`${where}: ${told} / ${found}`);
    this.where = where;
    this.told = told;
    this.found = found;
  }
}

const PLAIN = 100;
const WORD = 8;
const RANGE = 1n << 64n;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE = 12;

export const fields = (value: Json | undefined, where: string): Fields => {
  if (!isRecord(value)) throw new Differs(where, canonical(value ?? null), '{…}');
  return value as Fields;
};
export const items = (value: Json | undefined, where: string): readonly Json[] => {
  if (!Array.isArray(value)) throw new Differs(where, canonical(value ?? null), '[…]');
  return value;
};
export const words = (value: Json | undefined, where: string): string => {
  if (typeof value !== 'string') throw new Differs(where, canonical(value ?? null), '"…"');
  return value;
};
export const whole = (value: Json | undefined, where: string): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Differs(where, canonical(value ?? null), '0…');
  return value;
};

/** JSON in its one form: sorted keys, no blanks. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const told = value as Fields;
  const parts = Object.keys(told).sort().map((key) => `${JSON.stringify(key)}:${canonical(told[key] ?? null)}`);
  return `{${parts.join(',')}}`;
};

const brief = (value: Json): string => canonical(value).slice(0, 200);

/** Goes down to the very place in which two values differ. */
export function same(where: string, told: Json, found: Json): void {
  if (Array.isArray(told) && Array.isArray(found) && told.length === found.length) {
    told.forEach((one: Json, n) => { same(`${where}/${String(n)}`, one, (found as readonly Json[])[n] ?? null); });
    return;
  }
  if (canonical(told) !== canonical(found)) throw new Differs(where, brief(told), brief(found));
}

const amount = (term: Fields, fact: Json): number => {
  if (fact === null) return whole(term['unknown'], '/snapshot/formula');
  if (term['how'] === 'linear') return whole(term['per'], '/snapshot/formula') * whole(fact, '/snapshot/candidates');
  const table = fields(term['table'], '/snapshot/formula');
  const looked = term['how'] === 'sum' ? items(fact, '/snapshot/candidates') : [fact];
  return looked.reduce<number>((sum, word) => sum + (typeof word === 'string' && Object.hasOwn(table, word) ? whole(table[word], '/snapshot/formula') : 0), 0);
};

export interface Weighed {
  readonly terms: Readonly<Record<string, number>>;
  readonly weight: number;
}

export const weigh = (rule: Fields, percent: Fields, facts: Fields): Weighed => {
  const at = '/snapshot/formula';
  const terms = Object.fromEntries(
    items(rule['terms'], at).map((raw) => {
      const term = fields(raw, at);
      const key = words(term['key'], at);
      const share = Object.hasOwn(percent, key) ? whole(percent[key], '/snapshot/percent') : PLAIN;
      const capped = Math.min(whole(term['cap'], at), amount(term, facts[words(term['fact'], at)] ?? null));
      return [key, Math.floor((capped * share) / PLAIN)];
    }),
  );
  const sum = whole(rule['base'], at) + Object.values(terms).reduce((a, b) => a + b, 0);
  return { terms, weight: Math.max(whole(rule['least'], at), Math.min(whole(rule['most'], at), sum)) };
};

/** Numbers that follow from the mixed seed alone. */
export class Stream {
  private readonly subtle: Subtle;
  private readonly seed: Bytes;
  private block = 0;
  private waiting: bigint[] = [];

  constructor(subtle: Subtle, seed: Bytes) {
    this.subtle = subtle;
    this.seed = seed;
  }

  /** From 0 up to, not including, `bound`; each is equally likely. */
  async below(bound: bigint): Promise<bigint> {
    // Else there would be no such number, and the search for one no end.
    if (bound <= 0n || bound > RANGE) throw new Differs('/snapshot/candidates', String(bound), '1…2^64');
    const limit = RANGE - (RANGE % bound);
    for (;;) {
      const number = await this.next();
      if (number < limit) return number % bound;
    }
  }

  private async next(): Promise<bigint> {
    if (this.waiting.length === 0) {
      const counter = new Uint8Array(WORD);
      new DataView(counter.buffer).setBigUint64(0, BigInt(this.block));
      const digest = await sha256(this.subtle, joined(this.seed, counter));
      const view = new DataView(digest.buffer);
      this.waiting = [0, 1, 2, 3].map((n) => view.getBigUint64(n * WORD));
      this.block += 1;
    }
    return this.waiting.shift() ?? 0n;
  }
}

interface Candidate {
  readonly id: string;
  readonly weight: number;
  readonly barred: Fields;
}

export interface Drawn {
  readonly slot: string;
  readonly drawn: readonly string[];
  readonly reserve: readonly string[];
}

async function pick(free: Candidate[], stream: Stream): Promise<string> {
  const total = free.reduce((sum, one) => sum + one.weight, 0);
  // A sum that plain numbers no longer hold exactly is none of ours: ours stay far below.
  let point = Number(await stream.below(BigInt(whole(total, '/snapshot/candidates'))));
  const index = free.findIndex((one) => {
    point -= one.weight;
    return point < 0;
  });
  return free.splice(index, 1)[0]?.id ?? '';
}

const inside = (snapshot: Fields): readonly Candidate[] =>
  items(snapshot['candidates'], '/snapshot/candidates')
    .map((one, n) => fields(one, `/snapshot/candidates/${String(n)}`))
    .filter((one) => items(one['out'], '/snapshot/candidates').length === 0)
    .map((one) => ({
      id: words(one['id'], '/snapshot/candidates'),
      weight: whole(one['weight'], '/snapshot/candidates'),
      barred: fields(one['barred'], '/snapshot/candidates'),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

/** Fills the slots in their order, weighted, and puts nobody back. */
export async function draw(subtle: Subtle, snapshot: Fields, mixed: Bytes): Promise<readonly Drawn[]> {
  const stream = new Stream(subtle, mixed);
  const most = whole(snapshot['most'], '/snapshot/most');
  const load = new Map<string, number>();
  const ordered = inside(snapshot);
  const told: Drawn[] = [];
  for (const raw of items(snapshot['slots'], '/snapshot/slots')) {
    const slot = fields(raw, '/snapshot/slots');
    const key = words(slot['key'], '/snapshot/slots');
    const count = whole(slot['count'], '/snapshot/slots');
    const free = ordered.filter((one) => !Object.hasOwn(one.barred, key) && (load.get(one.id) ?? 0) < most);
    const wanted = Math.min(count + whole(slot['reserve'], '/snapshot/slots'), free.length);
    const taken: string[] = [];
    while (taken.length < wanted) taken.push(await pick(free, stream));
    for (const one of taken.slice(0, count)) load.set(one, (load.get(one) ?? 0) + 1);
    told.push({ slot: key, drawn: taken.slice(0, count), reserve: taken.slice(count) });
  }
  return told;
}

/** Who stands after all replacements: always the next in reserve. */
export function standing(result: readonly Drawn[], most: number, replacements: readonly Json[]): readonly { readonly slot: string; readonly ids: readonly string[] }[] {
  const stands = new Map(result.map((one) => [one.slot, [...one.drawn]]));
  const waiting = new Map(result.map((one) => [one.slot, [...one.reserve]]));
  replacements.forEach((raw, n) => {
    const at = `/replacements/${String(n)}`;
    const said = fields(raw, at);
    const there = stands.get(words(said['slot'], at)) ?? [];
    const place = there.indexOf(words(said['out'], at));
    if (place < 0) throw new Differs(`${at}/out`, brief(said['out'] ?? null), '–');
    there.splice(place, 1);
    const came = nextIn([...stands.values()], waiting.get(words(said['slot'], at)) ?? [], most);
    same(`${at}/in`, said['in'] ?? null, came);
    there.splice(place, 0, came ?? '');
  });
  return [...stands].map(([slot, ids]) => ({ slot, ids }));
}

function nextIn(stands: readonly (readonly string[])[], waiting: string[], most: number): string | null {
  for (;;) {
    const one = waiting.shift();
    if (one === undefined) return null;
    if (stands.filter((there) => there.includes(one)).length < most) return one;
  }
}

const tagged = (tag: string, ...parts: readonly Bytes[]): Bytes => joined(utf8(`${tag}\n`), ...parts);

export const snapshotHash = async (subtle: Subtle, snapshot: Json): Promise<string> =>
  toHex(await sha256(subtle, tagged('anxun-draw-snapshot-1', utf8(canonical(snapshot)))));

export const mixedSeed = (subtle: Subtle, seed: string, said: string, snapshot: string): Promise<Bytes> => {
  const spoken = utf8(said);
  const field = joined(utf8(`${String(spoken.length)}:`), spoken, utf8(','));
  return sha256(subtle, tagged('anxun-draw-1', fromHex(seed), field, fromHex(snapshot)));
};

export const codeOf = (hash: string): string => {
  const bits = BigInt(`0x${hash}`) >> BigInt(256 - 5 * CODE);
  const letters = Array.from({ length: CODE }, (_none, n) => LETTERS[Number((bits >> BigInt(5 * (CODE - 1 - n))) & 31n)] ?? '').join('');
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join('-');
};

export type Step = 'weights' | 'seed' | 'snapshot' | 'result' | 'standing' | 'signature';
export type Verdict = 'holds' | 'unknown';

type Look = (subtle: Subtle, file: Fields) => Promise<Verdict> | Verdict;

const snapshotOf = (file: Fields): Fields => fields(file['snapshot'], '/snapshot');
const seedOf = (file: Fields): Fields => fields(file['seed'], '/seed');

const lookAtWeights: Look = (_subtle, file) => {
  const snapshot = snapshotOf(file);
  const rule = fields(snapshot['formula'], '/snapshot/formula');
  items(snapshot['candidates'], '/snapshot/candidates').forEach((raw, n) => {
    const at = `/snapshot/candidates/${String(n)}`;
    const one = fields(raw, at);
    const { terms, weight } = weigh(rule, fields(snapshot['percent'], '/snapshot/percent'), fields(one['facts'], at));
    same(`${at}/terms`, one['terms'] ?? null, terms);
    same(`${at}/weight`, one['weight'] ?? null, weight);
  });
  return 'holds';
};

const lookAtSeed: Look = async (subtle, file): Promise<Verdict> => {
  const seed = seedOf(file);
  const value = words(seed['value'], '/seed/value');
  same('/seed/hash', seed['hash'] ?? null, toHex(await sha256(subtle, tagged('anxun-draw-seed-1', fromHex(value)))));
  same('/code', file['code'] ?? null, codeOf(words(seed['hash'], '/seed/hash')));
  same('/seed/lane', seed['lane'] ?? null, file['sealed'] === true ? 'sealed' : 'open');
  return 'holds';
};

const lookAtSnapshot: Look = async (subtle, file): Promise<Verdict> => {
  same('/snapshot_hash', file['snapshot_hash'] ?? null, await snapshotHash(subtle, snapshotOf(file)));
  return 'holds';
};

const lookAtResult: Look = async (subtle, file): Promise<Verdict> => {
  const said = words(fields(file['witness'], '/witness')['words'], '/witness/words');
  const mixed = await mixedSeed(subtle, words(seedOf(file)['value'], '/seed/value'), said, words(file['snapshot_hash'], '/snapshot_hash'));
  const found = await draw(subtle, snapshotOf(file), mixed);
  const told = items(file['result'], '/result');
  same('/result', told.length, found.length);
  found.forEach((one, n) => {
    const at = `/result/${String(n)}`;
    const there = fields(told[n], at);
    for (const key of ['slot', 'drawn', 'reserve'] as const) same(`${at}/${key}`, there[key] ?? null, one[key]);
    same(at, Object.keys(there).length, Object.keys(one).length);
  });
  return 'holds';
};

const lookAtStanding: Look = (_subtle, file) => {
  const drawn = items(file['result'], '/result') as unknown as readonly Drawn[];
  const most = whole(snapshotOf(file)['most'], '/snapshot/most');
  const found = standing(drawn, most, items(file['replacements'], '/replacements'));
  same('/standing', file['standing'] ?? null, found as unknown as Json);
  return 'holds';
};

/** Whether the key inside a text signed the rest of it; `root` names the text in what differs. */
export async function lookAtSigned(subtle: Subtle, file: Fields, tag: string, root = ''): Promise<Verdict> {
  const { signed, ...told } = file;
  const said = fields(signed, `${root}/signed`);
  const key = words(said['public_key'], `${root}/signed/public_key`);
  same(`${root}/signed/key`, said['key'] ?? null, await keyName(subtle, fromBase64(key)));
  const holds = await signedBy(subtle, key, `${tag}\n${canonical(told)}`, words(said['signature'], `${root}/signed/signature`));
  if (holds === false) throw new Differs(`${root}/signed`, '–', '–');
  return holds === true ? 'holds' : 'unknown';
}

const lookAtSignature: Look = (subtle, file) => lookAtSigned(subtle, file, 'anxun-draw-file-1');

const LOOKS: readonly (readonly [Step, Look])[] = [
  ['weights', lookAtWeights], ['seed', lookAtSeed], ['snapshot', lookAtSnapshot], ['result', lookAtResult], ['standing', lookAtStanding], ['signature', lookAtSignature],
];

export interface Told {
  readonly step: Step;
  readonly state: Verdict | 'differs' | 'open';
  readonly difference?: Differs;
}

/** Looks at one thing after the other, and stops at the first that does not repeat. */
export async function replay(subtle: Subtle, raw: unknown): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [step, look] of LOOKS) {
    if (told.some(({ difference }) => difference)) {
      told.push({ step, state: 'open' });
      continue;
    }
    try {
      told.push({ step, state: await look(subtle, fields(raw as Json, '')) });
    } catch (error) {
      told.push({ step, state: 'differs', difference: error instanceof Differs ? error : new Differs('', '–', '–') });
    }
  }
  return told;
}

/** Whether this is the published file of a draw at all. */
export const isPublished = (raw: unknown): raw is Fields => isRecord(raw) && raw['format'] === 'anxun-draw-1' && isRecord(raw['snapshot']);
