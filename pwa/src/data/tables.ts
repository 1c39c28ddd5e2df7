/** What the tables of a person's database hold. */
import type { MutationName } from './mutations';
import type { Json } from './shape';

/** A row as the server confirmed it; never an unconfirmed value. */
export interface Row {
  readonly etype: string;
  readonly eid: string;
  readonly parent: string;
  readonly rv: number;
  readonly scopes: readonly string[];
  /** Scope → the snapshot that last named this row; what a finished snapshot did not name is swept. */
  readonly gens: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A confirmed row with the pending mutations replayed on it; `data` null hides the row. */
export interface OverlayRow {
  readonly etype: string;
  readonly eid: string;
  readonly parent: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** The command as it travels. Immutable once stored; only `mid` may change, when the phone gets a new client id. */
export interface Envelope {
  readonly id: string;
  readonly mid: number;
  readonly name: string;
  readonly v: number;
  readonly at: number;
  readonly boot: string;
  readonly mono: number;
  readonly tz: number;
  readonly args: Readonly<Record<string, unknown>>;
  readonly blobs: readonly string[];
  readonly causes: readonly string[];
}

/**
 * queued: to be sent. held, parked: the server keeps it and will decide later. refused: the server said no, a person must
 * deal with it. done: applied, or refused and dealt with; kept 30 days in case the server is restored from a backup.
 */
export type EntryState = 'queued' | 'held' | 'parked' | 'refused' | 'done';

/** A command's place in this client's chain: the link before it, and its own. Hex. */
export interface Link {
  readonly client: string;
  readonly mid: number;
  readonly prev: string;
  readonly value: string;
}

export interface Entry extends Envelope {
  readonly state: EntryState;
  /** Taken right after the commit, over the bytes as they were then. Absent while that has not been done. */
  readonly digest?: string;
  /** Holds only for the client and the mid that it names: the phone may number anew. */
  readonly link?: Link;
  /** "etype|eid" of what it reads or writes, as long as its effect belongs in the overlay. */
  readonly touches: readonly string[];
  /** 1 while applied by the server but not yet pulled back. */
  readonly echo: 0 | 1;
  readonly status: string | null;
  readonly code: string | null;
  readonly params: Readonly<Record<string, Json>>;
  readonly problem: string | null;
  readonly ackedAt: number | null;
}

/** The key with which this browser signs what one client sends. The private half cannot leave it. */
export interface DeviceKey {
  readonly client: string;
  readonly id: string;
  readonly pair: CryptoKeyPair;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly registered: boolean;
}

/** The key for which sealed packages are locked to this browser. The private half cannot leave it. */
export type SealingKey = Omit<DeviceKey, 'id'>;

/** A sealed visit's package as the server made it: unreadable here until it may be opened. */
export interface SealedPackage {
  readonly visit: string;
  readonly sha256: string;
  readonly bytes: ArrayBuffer;
  /** Once opened here: the key, so that the leader can show it to the team. Base64. */
  readonly key?: string;
}

/** The server's time at one moment of this phone's two clocks. */
export interface ClockAnchor {
  readonly server: number;
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
}

/** A pass whose time is over, or whose time nobody can tell because the phone's clock was set back. */
export interface Closed {
  readonly unit_id: string;
  readonly ends_at: number;
  readonly why: 'ended' | 'clock';
}

/** Where a chain stands. */
export interface ChainEnd {
  readonly client: string;
  readonly mid: number;
  readonly head: string;
}

/** A public key of the server, and from when to when it signed. */
export interface ServerKey {
  readonly id: string;
  readonly use: string;
  readonly algorithm: string;
  readonly public_key: string;
  readonly from: number;
  readonly until: number | null;
}

/** queued → uploading → sent (the server took the bytes) → stored (the server's row said so); lost: no bytes anywhere. */
export type LocalPhotoState = 'queued' | 'uploading' | 'sent' | 'stored' | 'lost';

export interface LocalPhoto {
  readonly id: string;
  readonly sha256: string;
  readonly mime: string;
  readonly size: number;
  /** Null once the local copy was given up. An ArrayBuffer where the browser cannot keep Blobs. */
  readonly blob: Blob | ArrayBuffer | null;
  readonly thumb: Blob | ArrayBuffer | null;
  readonly state: LocalPhotoState;
  readonly url: string | null;
  readonly offset: number;
  readonly at: number;
  readonly storedAt: number | null;
  readonly tries: number;
  readonly retryAt: number;
  readonly error: string | null;
}

export interface Draft {
  readonly key: string;
  readonly data: unknown;
  readonly at: number;
  /** Of words half typed into an answer: the revision of what was said there when they were begun. */
  readonly over?: number | undefined;
}

export type Cursor = readonly [version: number, tag: string];

export interface Scope {
  readonly scope: string;
  readonly cursor: Cursor | null;
  /** The snapshot under way, and where it goes on. */
  readonly gen: string | null;
  readonly resume: string | null;
  readonly complete: boolean;
}

export interface Definition {
  readonly hash: string;
  readonly key: string;
  readonly data: unknown;
}

export interface ManifestEntry {
  readonly key: string;
  readonly hash: string;
  readonly title: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bytes: number;
  readonly items: number;
  readonly minutes: number;
}

/** What a region laid over a checklist: used in its regions instead of the one for everybody. */
export interface RegionalEntry extends ManifestEntry {
  readonly region_id: string;
  /** The region and all below it. */
  readonly region_ids: readonly string[];
}

/** Words that checklists share: attributes, categories, criteria, and the records of the law. */
export type WordsEntry = Pick<ManifestEntry, 'key' | 'hash' | 'url' | 'bytes'>;

export interface Manifest {
  readonly etag: string;
  readonly definitions: readonly ManifestEntry[];
  /** Absent on a phone whose last manifest knew of none. */
  readonly regional?: readonly RegionalEntry[];
  readonly words: readonly WordsEntry[];
  readonly workflow_url: string;
  readonly app: string;
}

/** offline: no answer. portal: somebody else answered. login: the session ended. paused: the server asked to stop. */
export type SyncState = 'online' | 'offline' | 'portal' | 'login' | 'paused';

export interface SyncReport {
  readonly state: SyncState;
  readonly busy: boolean;
  /** Problem code, when the server gave one. */
  readonly code: string | null;
  readonly lastSuccess: number | null;
  readonly retryAt: number | null;
  readonly updateNeeded: boolean;
}

/** Which tab is at work, and until when it counts as alive. */
export interface Lease {
  readonly holder: string;
  readonly until: number;
}

export interface MetaValues {
  /** This installation's name for the server, and the mids it has handed out and seen acknowledged. */
  readonly client: { readonly id: string; readonly mid: number; readonly acked: number };
  readonly report: SyncReport;
  readonly chain: ChainEnd;
  readonly clock: ClockAnchor;
  readonly closed: readonly Closed[];
  /** The server shut this device out. */
  readonly shut: { readonly reason: string; readonly at: number };
  readonly serverKeys: readonly ServerKey[];
  readonly manifest: Manifest;
  readonly workflow: Json;
  readonly manifestSeen: { readonly etag: string; readonly url: string };
  readonly wifiOnly: boolean;
  readonly 'lease:sync': Lease;
  readonly 'lease:photos': Lease;
  readonly pruned: number;
  readonly checked: number;
  /** How long items took at recent visits, by checklist. */
  readonly timings: {
    readonly at: number;
    readonly checklists: Readonly<Record<string, { readonly visits: number; readonly items: Readonly<Record<string, number>> }>>;
  };
}

export interface Meta {
  readonly key: keyof MetaValues;
  readonly value: unknown;
}

export type { MutationName };
