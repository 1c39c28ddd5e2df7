/** Sealed packages on this phone: fetched while there is a line, forgotten when they are no longer this person's business. */
import type { Database } from '../data/database';
import { sha256 } from '../data/hash';
import { parseRecord } from '../data/records';
import { isOver, isPacked, type Visit } from '../data/records-visits';
import { label } from './effect';
import { isReplaced, laidVisits, liftPackage } from './laid';
import type { Ports } from './ports';

const confirmed = async (db: Database): Promise<readonly Visit[]> => {
  const rows = await db.rows.where('[etype+eid]').between(['visit', ''], ['visit', '\uffff']).toArray();
  return rows.map(({ data }) => parseRecord('visit', data));
};

const download = async (ports: Ports, url: string): Promise<ArrayBuffer | null> => {
  try {
    const response = await ports.fetch(url, { credentials: 'same-origin', redirect: 'error', cache: 'no-store' });
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
};

/** What does not have the announced hash was changed on the way and is not kept. */
const fetchPackage = async (db: Database, ports: Ports, { id, package_url: url, package_sha256: hash }: Visit): Promise<void> => {
  if (url === null || hash === null || (await db.packages.get(id))?.sha256 === hash) return;
  const bytes = await download(ports, url);
  if (bytes !== null && (await sha256(bytes)) === hash) await db.packages.put({ visit: id, sha256: hash, bytes });
};

/** A visit that is over, was called off or went to somebody else leaves nothing here. */
const forget = async (db: Database, visits: readonly Visit[]): Promise<void> => {
  const standing = new Set(visits.filter((visit) => !isOver(visit)).map(({ id }) => id));
  const kept = (await db.packages.toCollection().primaryKeys()).filter((id) => !standing.has(id));
  await db.packages.bulkDelete(kept);
  for (const id of await laidVisits(db)) if (!standing.has(id)) await liftPackage(db, id);
};

/** Opened here and refused there: it is closed again. */
const closeRefused = async (db: Database, visits: readonly Visit[]): Promise<void> => {
  const laid = new Set(await laidVisits(db));
  for (const { id, state } of visits) {
    if (state !== 'sealed' || !laid.has(id)) continue;
    if ((await db.outbox.where('touches').equals(label(['visit', id])).count()) > 0) continue;
    await liftPackage(db, id);
    await db.packages.where('visit').equals(id).modify((one: { key?: string }) => {
      delete one.key;
    });
  }
};

/** Once the server's own rows of the unit are here, the package's are of no more use. */
const giveWay = async (db: Database, visits: readonly Visit[]): Promise<void> => {
  const laid = new Set(await laidVisits(db));
  for (const { id, plan } of visits) {
    if (plan !== null && laid.has(id) && (await isReplaced(db, id, plan.unit_id))) await liftPackage(db, id);
  }
};

export const keepPackages = async (db: Database, ports: Ports): Promise<void> => {
  const visits = await confirmed(db);
  for (const visit of visits) if (isPacked(visit)) await fetchPackage(db, ports, visit);
  await forget(db, visits);
  await closeRefused(db, visits);
  await giveWay(db, visits);
};
