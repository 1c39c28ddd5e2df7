/** The two databases: one per person, and one of the device that only knows who has used it. */
import { Dexie, type DexieOptions, type PromiseExtended, type Table } from 'dexie';
import type { Env } from './env';
import { noticeOutdated } from './notice';
import { noteBlocked, watchOpening } from './opening';
import type { Me } from './records';
import type { Definition, DeviceKey, Draft, Entry, LocalPhoto, Meta, MetaValues, OverlayRow, Row, Scope, SealedPackage, SealingKey } from './tables';

const ROWS = '[etype+eid], [etype+parent], *scopes';

/**
 * Every transaction is strict: the outbox and the photos need it, Dexie sets it per database, and pages of rows pay
 * next to nothing for it. No cache: Dexie's would show a write before it is on the disk.
 */
const options = (env: Env): DexieOptions => ({
  chromeTransactionDurability: 'strict',
  cache: 'disabled',
  ...env.storage,
});

/** A newer app in another tab needs the old one to let go, and the person to know why nothing moves. */
const watchVersions = (db: Dexie): void => {
  db.on('blocked', () => {
    noteBlocked(db);
  });
  db.on('ready', () => {
    noticeOutdated(false);
  });
  db.on('versionchange', () => {
    db.close();
    noticeOutdated(true);
    return false;
  });
};

/** Dexie opens by itself when it is first asked, and comes by here. */
class Watched extends Dexie {
  override open(): PromiseExtended<Dexie> {
    return this.isOpen() ? super.open() : watchOpening(this, super.open());
  }
}

export class Database extends Watched {
  declare rows: Table<Row, [string, string]>;
  declare overlay: Table<OverlayRow, [string, string]>;
  declare outbox: Table<Entry, string>;
  declare photos: Table<LocalPhoto, string>;
  declare drafts: Table<Draft, string>;
  declare scopes: Table<Scope, string>;
  declare meta: Table<Meta, string>;
  declare definitions: Table<Definition, string>;
  declare keys: Table<DeviceKey, string>;
  declare sealing: Table<SealingKey, string>;
  declare packages: Table<SealedPackage, string>;

  readonly user: string;
  readonly env: Env;

  constructor(user: string, env: Env) {
    super(databaseName(user), options(env));
    this.user = user;
    this.env = env;
    this.version(1).stores({
      rows: ROWS,
      overlay: '[etype+eid], [etype+parent]',
      outbox: 'id, [state+mid], *touches, echo',
      photos: 'id, state, sha256',
      drafts: 'key',
      scopes: 'scope',
      meta: 'key',
      definitions: 'hash, key',
    });
    this.version(2).stores({ keys: 'client' });
    this.version(3).stores({ sealing: 'client', packages: 'visit' });
    watchVersions(this);
  }
}

export const databaseName = (user: string): string => `anxun-${user}`;

export const readMeta = async <K extends keyof MetaValues>(
  db: Database,
  key: K,
): Promise<MetaValues[K] | undefined> => (await db.meta.get(key))?.value as MetaValues[K] | undefined;

export const writeMeta = async <K extends keyof MetaValues>(
  db: Database,
  key: K,
  value: MetaValues[K],
): Promise<void> => {
  await db.meta.put({ key, value });
};

/** A person who has logged in on this device. */
export interface KnownUser {
  readonly id: string;
  readonly me: Me;
  readonly lastSeen: number;
}

export interface DeviceSession {
  readonly key: 'current';
  readonly user: string | null;
}

export interface Setting {
  readonly key: string;
  readonly value: unknown;
}

export class DeviceDatabase extends Watched {
  declare users: Table<KnownUser, string>;
  declare session: Table<DeviceSession, string>;
  declare settings: Table<Setting, string>;

  constructor(env: Env) {
    super('anxun-device', { cache: 'disabled', ...env.storage });
    this.version(1).stores({ users: 'id', session: 'key', settings: 'key' });
  }
}
