/** Writing a rescue file, a member at a time. Nothing of what it copies is changed or deleted. */
import type { Database } from '../../data/database';
import { sha256 } from '../../data/hash';
import { readStored } from '../bytes';
import { gather, type Gathered, type PhotoToSave } from './gather';
import { beginSealing, PIECE, sealPiece, type Bytes, type Lock, type Sealing } from './shell';
import type { Job, Shelf } from './store';
import { crc32, directoryOf, joined, localOf, spanOf, type Member } from './zip';

export interface Author {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

export interface Wish {
  readonly author: Author;
  readonly lock: Lock;
  /** A refused command, when only it is wanted. */
  readonly piece: string | null;
  readonly app: string;
  readonly device: string;
}

/** How much of it is written; `missing` counts photos that could not be read back. */
export interface Progress {
  readonly done: number;
  readonly all: number;
}

interface Sealed {
  readonly pieces: readonly Bytes[];
  readonly number: number;
}

/** A member begins a new piece, so that a file can be continued after any member. */
const sealAll = async (sealing: Sealing, plain: Bytes, from: number, last = false): Promise<Sealed> => {
  const pieces: Bytes[] = [];
  let number = from;
  for (let at = 0; at < plain.length; at += PIECE) {
    const end = Math.min(at + PIECE, plain.length);
    pieces.push(await sealPiece(sealing, plain.slice(at, end), number, last && end === plain.length));
    number += 1;
  }
  return { pieces, number };
};

const addMember = async (job: Job, sealing: Sealing, name: string, data: Bytes): Promise<{ job: Job; pieces: readonly Bytes[] }> => {
  const member: Member = { name, crc: crc32(data), size: data.length, offset: job.offset };
  const { pieces, number } = await sealAll(sealing, joined([localOf(member), data]), job.number);
  const next = { ...job, number, offset: job.offset + spanOf(member), members: [...job.members, member] };
  return { job: next, pieces };
};

const encode = (text: string): Bytes => new TextEncoder().encode(text);

const manifestOf = (db: Database, found: Gathered, wish: Wish, file: string, madeAt: number): object => ({
  v: 1,
  file,
  person: { id: wish.author.id, username: wish.author.username, name: wish.author.name },
  client: found.client,
  made_at: madeAt,
  whole: wish.piece === null,
  photos: [...found.photos.map((photo) => ({ ...photo, here: true })), ...found.gone.map((photo) => ({ ...photo, here: false }))],
  tz: db.env.tz(),
  app: wish.app,
  device: wish.device.slice(0, 300),
});

const emptyJob = (found: Gathered, wish: Wish, id: string, madeAt: number): Omit<Job, 'sealing'> => ({
  id, madeAt,
  user: wish.author.id,
  piece: wish.piece,
  lock: wish.lock.kind,
  number: 0,
  offset: 0,
  members: [],
  todo: found.photos,
  work: found.work,
  photos: found.photos.length,
  drafts: found.drafts.length,
  bytes: found.bytes,
});

/** Gathers the work and stores the beginning of a new file; the one before it is given up. */
export const beginFile = async (db: Database, store: Shelf, wish: Wish): Promise<Job> => {
  const [found, id, madeAt] = [await gather(db, wish.piece), db.env.id(), db.env.now()];
  const sealing = await beginSealing(wish.lock, madeAt, wish.app);
  let job: Job = { ...emptyJob(found, wish, id, madeAt), sealing };
  const parts: Bytes[] = [sealing.line];
  const first = [
    ['manifest.json', JSON.stringify(manifestOf(db, found, wish, id, madeAt))],
    ['envelopes.jsonl', found.lines],
    ['drafts.json', JSON.stringify(found.drafts)],
  ] as const;
  for (const [name, text] of first) {
    const added = await addMember(job, sealing, name, encode(text));
    job = added.job;
    parts.push(...added.pieces);
  }
  await store.drop(wish.author.id);
  await store.keep(job, new Blob(parts), job.members.length);
  return job;
};

/** The bytes of a photo, or null when they are not what was taken: a wrong picture must not travel under its name. */
const read = async (db: Database, { id, sha256: expected }: PhotoToSave): Promise<Bytes | null> => {
  const photo = await db.photos.get(id);
  const bytes = photo ? await readStored(db, photo) : null;
  return bytes !== null && (await sha256(bytes)) === expected ? new Uint8Array(bytes) : null;
};

const close = async (store: Shelf, job: Job, sealing: Sealing): Promise<Job> => {
  const { pieces, number } = await sealAll(sealing, directoryOf(job.members, job.offset), job.number, true);
  const whole: Job = { ...job, number, sealing: null };
  // A part of its own, behind the last member's.
  await store.keep(whole, new Blob([...pieces]), job.members.length + 1);
  return whole;
};

/** Goes on until the file is whole or `signal` says stop; call it again to continue. */
export const continueFile = async (
  db: Database,
  store: Shelf,
  from: Job,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Job> => {
  let job = from;
  const { sealing } = from;
  if (sealing === null) return from;
  while (job.todo.length > 0 && !signal.aborted) {
    const [photo, ...todo] = job.todo;
    const data = photo === undefined ? null : await read(db, photo);
    if (photo === undefined || data === null) {
      job = { ...job, todo, photos: job.photos - 1 };
      continue;
    }
    const added = await addMember(job, sealing, `photos/${photo.sha256}`, data);
    job = { ...added.job, todo };
    await store.keep(job, new Blob([...added.pieces]), job.members.length);
    tell({ done: job.members.length - 3, all: job.photos });
  }
  return signal.aborted ? job : close(store, job, sealing);
};
