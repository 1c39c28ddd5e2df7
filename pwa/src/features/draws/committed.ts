/** Whether a seed stood in a list of seeds that somebody saved before the draw: the twin of check_list and check_committed. */
import { fromHex, toHex, utf8, joined, type Bytes } from '@/custody/bytes';
import { sha256, type Subtle } from '@/custody/layout';
import { isRecord, type Json } from '@/data/shape';
import { Differs, fields, items, lookAtSigned, same, whole, words, type Fields } from './replay';

const FORMAT = 'anxun-draw-seeds-1';
const AT = 'seeds:';

/** before: shown. late: saved after the draw, shows nothing. settled: the master proves it. unsigned, unknown: cannot be told. */
export type Shown = 'before' | 'late' | 'settled' | 'unsigned' | 'unknown' | 'differs';

export interface Committed {
  readonly shown: Shown;
  readonly asOf: number | null;
  readonly difference?: Differs;
}

export const isSeedList = (raw: unknown): raw is Fields => typeof raw === 'object' && raw !== null && 'format' in raw && raw.format === FORMAT;

function batchIn(file: Fields, listed: Fields): Fields {
  const region = fields(fields(file['snapshot'], '/snapshot')['region'], '/snapshot/region')['id'];
  const week = fields(file['seed'], '/seed')['period'];
  const own = items(listed['regions'], `${AT}/regions`).map((one) => fields(one, `${AT}/regions`)).find((one) => one['id'] === region);
  const batch = own && items(own['batches'], `${AT}/batches`).map((one) => fields(one, `${AT}/batches`)).find((one) => one['period'] === week);
  if (!batch) throw new Differs('/seed/period', String(week), '–');
  return batch;
}

async function derived(subtle: Subtle, master: Bytes, text: string): Promise<string> {
  const key = await subtle.importKey('raw', master, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return toHex(new Uint8Array(await subtle.sign('HMAC', key, utf8(text))));
}

async function lookAtMaster(subtle: Subtle, seed: Fields, told: string): Promise<void> {
  const master = fromHex(told);
  same('/seed/commitment', seed['commitment'] ?? null, toHex(await sha256(subtle, joined(utf8('anxun-draw-batch-1\n'), master))));
  const text = `seed:${words(seed['lane'], '/seed/lane')}:${String(whole(seed['number'], '/seed/number'))}`;
  same('/seed/value', seed['value'] ?? null, await derived(subtle, master, text));
}

const plain = (value: Json | undefined): Json => value ?? null;

function compare(seed: Fields, batch: Fields): void {
  for (const key of ['commitment', 'made_at']) same(`/seed/${key}`, plain(seed[key]), plain(batch[key]));
  const hashes = items(batch[words(seed['lane'], '/seed/lane')], `${AT}/batches`);
  same('/seed/hash', plain(seed['hash']), plain(hashes[whole(seed['number'], '/seed/number') - 1]));
}

async function look(subtle: Subtle, file: Fields, listed: Fields): Promise<Shown> {
  if (listed['signed'] === null) return 'unsigned';
  const verdict = await lookAtSigned(subtle, listed, FORMAT, AT);
  const seed = fields(file['seed'], '/seed');
  const batch = batchIn(file, listed);
  compare(seed, batch);
  const master = plain(batch['master']);
  if (master !== null) await lookAtMaster(subtle, seed, words(master, `${AT}/master`));
  if (verdict === 'unknown') return 'unknown';
  if (whole(listed['as_of'], `${AT}/as_of`) < whole(file['drawn_at'], '/drawn_at')) return 'before';
  return master === null ? 'late' : 'settled';
}

export async function lookAtSeeds(subtle: Subtle, file: Fields, raw: Fields): Promise<Committed> {
  const asOf = typeof raw['as_of'] === 'number' ? raw['as_of'] : null;
  try {
    return { shown: await look(subtle, file, raw), asOf };
  } catch (error) {
    return { shown: 'differs', asOf, difference: error instanceof Differs ? error : new Differs(AT, '–', '–') };
  }
}

/** Whether the key that signed is one of those that the bureau publishes; null where those cannot be read. */
export function isOfficial(file: Fields, published: Json): boolean | null {
  try {
    const { signed } = file;
    const said = isRecord(signed) ? signed : {};
    return items(fields(published, '')['keys'], '').some((one) => fields(one, '')['id'] === said['key'] && fields(one, '')['public_key'] === said['public_key']);
  } catch {
    return null;
  }
}
