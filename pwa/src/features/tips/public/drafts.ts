/** What is written here stays on this phone until it was sent, and what was sent until its number was noted. */

export interface Photo {
  readonly blob: Blob;
  readonly visible: boolean;
  state: 'waiting' | 'sent' | 'refused';
}

export interface Draft {
  /** Made here and told to the server alone: whoever knows it holds the receipt. */
  readonly id: string;
  readonly tag: string | null;
  place: string;
  topics: string[];
  words: string;
  audience: 'unit' | 'bureau';
  contact: string;
  photos: Photo[];
  state: 'writing' | 'sending' | 'sent';
  receipt: string | null;
  at: number;
}

const NAME = 'anxun-tips';
const STORE = 'drafts';
/** A written and forgotten draft, or a receipt that nobody came back for. */
const OLD_MS = 14 * 86_400_000;

/** For browsers that keep nothing: the draft lives as long as its page. */
const memory = new Map<string, Draft>();
let opened: Promise<IDBDatabase | null> | null = null;

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'id' });
      asked.onsuccess = () => { resolve(asked.result); };
      asked.onerror = asked.onblocked = () => { resolve(null); };
    } catch {
      resolve(null);
    }
  });
  return opened;
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const db = await open();
  if (db === null) return null;
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode);
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => { resolve(asked.result); };
    transaction.onerror = transaction.onabort = () => { reject(new Error('not kept')); };
  });
}

export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const fresh = (tag: string | null): Draft => ({
  id: freshId(), tag, place: '', topics: [], words: '', audience: 'unit', contact: '', photos: [], state: 'writing', receipt: null, at: Date.now(),
});

/** Whether a page that is closed now would find it again. */
export async function save(draft: Draft): Promise<boolean> {
  memory.set(draft.id, draft);
  const done = await inStore('readwrite', (store) => store.put(draft)).catch(() => null);
  return done !== null;
}

export async function drop(draft: Draft): Promise<void> {
  memory.delete(draft.id);
  await inStore('readwrite', (store) => store.delete(draft.id)).catch(() => null);
}

/** What waits on this phone, the oldest first; what is too old is dropped. */
export async function waiting(): Promise<Draft[]> {
  const kept = (await inStore<Draft[]>('readonly', (store) => store.getAll() as IDBRequest<Draft[]>).catch(() => null)) ?? [];
  for (const draft of kept) if (!memory.has(draft.id)) memory.set(draft.id, draft);
  const all = [...memory.values()].sort((a, b) => a.at - b.at);
  const old = all.filter((draft) => draft.state !== 'sending' && Date.now() - draft.at > OLD_MS);
  for (const draft of old) await drop(draft);
  return all.filter((draft) => !old.includes(draft));
}
