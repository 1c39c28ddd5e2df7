/** What the desk asks about rescue files and phones. */
import { deleteJson, getJson, nothing, postJson, request, type Result } from '@/data/api';
import { parseProblem, unknownProblem } from '@/data/problem';
import { dict, flag, isRecord, list, maybe, number, record, text, word } from '@/data/shape';

/** Opening and trying out a large file takes the server a while. */
const PATIENCE_MS = 300_000;
const SLICE = 4 * 1024 * 1024;

export type Fate = 'new' | 'here' | 'held' | 'parked' | 'rejected' | 'unknown';

const named = record({ id: text, name: text });
const parseReceipt = record({
  number: text, file: text, sha256: text, client: text, device: text, made_at: number, person: named, imported_by: named,
  imported_at: number, counts: dict(number), photos: number, photos_missing: list(text),
});
export type Receipt = ReturnType<typeof parseReceipt>;

const parseItem = record({
  id: text, name: text, at: number, fate: word<Fate>(), status: maybe(text), code: maybe(text), hidden: flag,
  title_zh: text, title: text, unit: maybe(text), words: text,
});
export type Item = ReturnType<typeof parseItem>;

const parsePhoto = record({ sha256: text, size: number, in_file: flag, here: flag, hidden: flag });
export type SavedPhoto = ReturnType<typeof parsePhoto>;

const fileShape = { id: text, state: text, size: number, uploaded_at: number, receipt: maybe(parseReceipt) };
const parseFile = record(fileShape);
export type FileRow = ReturnType<typeof parseFile>;

const parsePreview = record({
  ...fileShape,
  facts: record({ lock: text, made_at: number, app: text, device: text, whole: flag }),
  sha256: text,
  person: record({ id: text, name: text, active: flag }),
  client: record({ id: text, state: text, seen_at: maybe(number) }),
  span: record({ from: maybe(number), to: maybe(number) }),
  counts: record({ kinds: dict(number), fates: dict(number) }),
  items: list(parseItem),
  photos: list(parsePhoto),
  draft_count: number,
});
export type Preview = ReturnType<typeof parsePreview>;

const share = record({ all: number, left: number });
const parseStep = record({ work: share, photos: share, done: flag, receipt: maybe(parseReceipt) });
export type Step = ReturnType<typeof parseStep>;

const PATH = '/api/rescue/files';

/** What tells a file sealed to the bureau from one that needs words; null for a file that is none of ours. */
export async function lockOf(file: Blob): Promise<'passphrase' | 'bureau' | null> {
  const start = await file.slice(0, 4096).text();
  try {
    const head: unknown = JSON.parse(start.slice(0, start.indexOf('\n')));
    const kind: unknown = isRecord(head) && head['anxun'] === 'rescue' && isRecord(head['key']) ? head['key']['kind'] : null;
    return kind === 'passphrase' || kind === 'bureau' ? kind : null;
  } catch {
    return null;
  }
}

const slow = <T>(path: string, body: unknown, parse: (raw: unknown) => T): Promise<Result<T>> =>
  request('POST', path, parse, { body, signal: AbortSignal.timeout(PATIENCE_MS) });

/** A slice sent twice changes nothing, so a broken line is simply tried again. */
async function sendSlice(id: string, offset: number, data: Blob): Promise<Result<number>> {
  try {
    const answer = await fetch(`${PATH}/${id}/bytes?offset=${String(offset)}`, {
      method: 'PUT', body: data, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const raw: unknown = await answer.json();
    if (answer.ok) return { ok: true, value: isRecord(raw) ? number(raw['offset']) : 0 };
    return { ok: false, problem: parseProblem(raw, answer.status) ?? unknownProblem(answer.status) };
  } catch {
    return { ok: false, offline: true, portal: false };
  }
}

export async function upload(file: Blob, tell: (share: number) => void): Promise<Result<string>> {
  const begun = await postJson(PATH, { size: file.size }, parseFile);
  if (!begun.ok) return begun;
  const { id } = begun.value;
  for (let offset = 0; offset < file.size; ) {
    const sent = await sendSlice(id, offset, file.slice(offset, offset + SLICE));
    if (!sent.ok) return sent;
    offset = sent.value;
    tell(offset / file.size);
  }
  return { ok: true, value: id };
}

export const openFile = (id: string, passphrase: string): Promise<Result<Preview>> =>
  slow(`${PATH}/${id}/open`, { passphrase }, parsePreview);
export const importStep = (id: string): Promise<Result<Step>> => slow(`${PATH}/${id}/step`, {}, parseStep);
export const ownFiles = (): Promise<Result<readonly FileRow[]>> => getJson(PATH, list(parseFile));
export const dropFile = (id: string): Promise<Result<undefined>> => deleteJson(`${PATH}/${id}`);
export const photoUrl = (id: string, sha256: string): string => `${PATH}/${id}/photos/${sha256}`;

const parsePhone = record({
  id: text, kind: word<'gone' | 'silent' | 'late'>(), person: record({ id: text, name: text, unit: maybe(text), phone: maybe(text) }),
  device: text, app: text, state: text, seen_at: number, mutations: number, photos: number, missing: number, photos_missing: number, arrived: number,
  oldest_at: maybe(number), alarm: flag, handled: maybe(record({ by: text, at: number, note: text })),
});
export type PhoneRow = ReturnType<typeof parsePhone>;

export const phones = (): Promise<Result<readonly PhoneRow[]>> => getJson('/api/phones', list(parsePhone));
export const handlePhone = (id: string, note: string): Promise<Result<undefined>> => postJson(`/api/phones/${id}/handle`, { note }, nothing);
