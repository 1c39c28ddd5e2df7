/** Checklists and the workflow: immutable files under their hash, fetched once and kept for the basement. */
import { readMeta, writeMeta, type Database } from '../data/database';
import { sha256 } from '../data/hash';
import { parseJson } from '../data/json';
import { dict, isRecord, list, number, record, text, type Json } from '../data/shape';
import type { Manifest, ManifestEntry, RegionalEntry } from '../data/tables';
import type { Ports } from './ports';

const entry = record({
  key: text,
  hash: text,
  title: dict(text),
  url: text,
  bytes: number,
  items: number,
  minutes: number,
  region_id: text,
  region_ids: list(text),
});
const words = record({ key: text, hash: text, url: text, bytes: number });
const manifest = record({ etag: text, definitions: list(entry), words: list(words), workflow_url: text, app: text });

/** The key under which the records of the law are published. */
const LAW = 'basis';

/** The etag of a manifest of which something is still to be fetched. */
const PARTIAL = 'partial';

type Wanted = Pick<ManifestEntry, 'hash' | 'key' | 'url'>;

/** The bytes of a file of ours, or null for anything else. A redirect is somebody else's page. */
const download = async (ports: Ports, url: string): Promise<ArrayBuffer | null> => {
  try {
    const response = await ports.fetch(url, { credentials: 'same-origin', redirect: 'error' });
    const isJson = /^application\/json\b/i.test(response.headers.get('Content-Type') ?? '');
    return response.ok && isJson ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
};

const decode = (bytes: ArrayBuffer): Json | null => {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
};

/** The name of a definition is the hash of its bytes as served; a file that does not match was changed on the way. */
const fetchDefinition = async (db: Database, ports: Ports, { hash, key, url }: Wanted): Promise<boolean> => {
  const bytes = await download(ports, url);
  if (bytes === null || (await sha256(bytes)) !== hash) return false;
  const data = decode(bytes);
  if (!isRecord(data)) return false;
  await db.definitions.put({ hash, key: key === '' ? text(data['key']) : key, data });
  return true;
};

/** Fetches what is named and not here; tells which are here now. */
const fetchMissing = async (db: Database, ports: Ports, wanted: readonly Wanted[]): Promise<ReadonlySet<string>> => {
  const here = new Set(await db.definitions.toCollection().primaryKeys());
  for (const one of wanted) {
    if (!here.has(one.hash) && (await fetchDefinition(db, ports, one))) here.add(one.hash);
  }
  return here;
};

/** What holds for everybody, and what regions laid over it. */
const apart = ({ definitions, ...rest }: ReturnType<typeof manifest>): Manifest => ({
  ...rest,
  definitions: definitions.filter((one) => one.region_id === '').map(({ region_id: _none, region_ids: _nowhere, ...one }) => one),
  regional: definitions.filter((one) => one.region_id !== ''),
});

const fetchManifest = async (ports: Ports, url: string): Promise<Manifest | null> => {
  const bytes = await download(ports, url);
  const raw = bytes === null ? null : decode(bytes);
  return isRecord(raw) && Array.isArray(raw['definitions']) ? apart(manifest(raw)) : null;
};

const fetchWorkflow = async (db: Database, ports: Ports, url: string): Promise<void> => {
  const bytes = url === '' ? null : await download(ports, url);
  const data = bytes === null ? null : decode(bytes);
  if (data !== null) await writeMeta(db, 'workflow', data);
};

/** Inspections are tied to the version they were begun with, here or on a colleague's phone. */
const inspected = async (db: Database): Promise<readonly Wanted[]> => {
  const hashes = new Set<string>();
  for (const table of [db.rows, db.overlay]) {
    await (table as Database['rows'])
      .where('[etype+eid]')
      .between(['inspection', ''], ['inspection', '\uffff'])
      .each((row: { data: unknown }) => hashes.add(isRecord(row.data) ? text(row.data['definition']) : ''));
  }
  // A round pins one version for everybody, be it the newest or not; its sealed visits bring it in their plan.
  for (const kind of ['peer', 'visit', 'visit-plan']) {
    for (const { data } of await db.rows.where('[etype+eid]').between([kind, ''], [kind, '\uffff']).toArray()) {
      const plan = isRecord(data['plan']) ? data['plan'] : data;
      for (const hash of Object.values(dict(text)(plan['definitions']))) hashes.add(hash);
    }
  }
  hashes.delete('');
  return [...hashes].map((hash) => ({ hash, key: '', url: `/api/ref/definitions/${hash}` }));
};

const prune = async (db: Database, needed: ReadonlySet<string>): Promise<void> => {
  const old = (await db.definitions.toCollection().primaryKeys()).filter((hash) => !needed.has(hash));
  await db.definitions.bulkDelete(old);
};

/** The words that a phone keeps: without the records of the law a citation says nothing. */
const isKept = ({ key }: { readonly key: string }): boolean => key === LAW || key.startsWith('criteria-');
const isLaw = ({ key }: { readonly key: string }): boolean => key === LAW;

interface Offered {
  readonly words: Manifest['words'];
  readonly definitions: readonly ManifestEntry[];
  readonly regional: readonly RegionalEntry[];
}

const placeOf = (entry: Wanted & { readonly region_id?: string }): string => `${entry.region_id ?? ''}/${entry.key}`;

/** What is offered must open offline: until its new version is here, the old one stays on offer. */
const present = <T extends Wanted>(fresh: readonly T[], old: readonly T[] | undefined, here: ReadonlySet<string>): readonly T[] =>
  fresh.flatMap((entry) => {
    if (here.has(entry.hash)) return [entry];
    const before = old?.find((one) => placeOf(one) === placeOf(entry));
    return before === undefined || !here.has(before.hash) ? [] : [before];
  });

/** Checklists are offered with the law they cite; where its records are not here yet, nothing is. */
const offered = (fresh: Manifest, old: Manifest | undefined, here: ReadonlySet<string>): Offered => {
  const kept = present(fresh.words.filter(isKept), old?.words, here);
  const isLawHere = kept.some(isLaw) || !fresh.words.some(isLaw);
  if (!isLawHere) return { words: kept, definitions: [], regional: [] };
  return { words: kept, definitions: present(fresh.definitions, old?.definitions, here), regional: present(fresh.regional ?? [], old?.regional, here) };
};

const hashesOf = (entries: readonly Pick<Wanted, 'hash'>[]): readonly string[] => entries.map(({ hash }) => hash);

const refreshManifest = async (db: Database, ports: Ports, needed: readonly Wanted[]): Promise<void> => {
  const seen = await readMeta(db, 'manifestSeen');
  const old = await readMeta(db, 'manifest');
  if (seen === undefined || old?.etag === seen.etag) return;
  const fresh = await fetchManifest(ports, seen.url);
  if (fresh === null) return;
  const wanted = [...fresh.words.filter(isKept), ...fresh.definitions, ...(fresh.regional ?? [])];
  const here = await fetchMissing(db, ports, wanted);
  const whole = wanted.every(({ hash }) => here.has(hash));
  const given = offered(fresh, old, here);
  await fetchWorkflow(db, ports, fresh.workflow_url);
  await writeMeta(db, 'manifest', { ...fresh, ...given, etag: whole ? seen.etag : PARTIAL });
  await prune(db, new Set([...hashesOf(needed), ...Object.values(given).flatMap(hashesOf)]));
};

/** Brings the reference files up to what the last exchange named, and what the inspections on this phone need. */
export const refreshReferences = async (db: Database, ports: Ports): Promise<void> => {
  const needed = await inspected(db);
  await refreshManifest(db, ports, needed);
  await fetchMissing(db, ports, needed);
};
