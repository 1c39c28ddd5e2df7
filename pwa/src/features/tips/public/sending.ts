/** Brings a report to the server over whatever line there is: words first, then picture by picture, each once. */
import { save, type Draft, type Photo } from './drafts';
import { prove, type Proof } from './prove';

export type Outcome =
  | { readonly kind: 'done' }
  /** Nobody answered, or not now; `afterS` is when to try again. */
  | { readonly kind: 'later'; readonly afterS: number; readonly words: Both | null }
  /** The words themselves were refused. */
  | { readonly kind: 'refused'; readonly words: Both };
interface Both {
  readonly zh: string;
  readonly en: string;
}
interface Problem {
  readonly code: string;
  readonly title: string;
  readonly title_zh: string;
  readonly challenge?: string;
  readonly bits?: number;
  readonly retry_after?: number;
}
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly problem: Problem | null;
}

const BASE = '/api/public/tips';
const WORDS_MS = 25_000;
const PHOTO_MS = 180_000;
const SOON_S = 5;
const MOST_PROOFS = 4;

export interface Ports {
  readonly fetch: typeof fetch;
  readonly prove: (challenge: string, bits: number) => Promise<Proof>;
  /** Told after every step that is safe on the server. */
  readonly progress: (draft: Draft) => void;
}

const isJson = (response: Response): boolean => /\bjson\b/.test(response.headers.get('Content-Type') ?? '');

async function ask(ports: Ports, path: string, init: RequestInit, ms: number): Promise<Answer | null> {
  const end = new AbortController();
  const timer = setTimeout(() => { end.abort(); }, ms);
  try {
    const response = await ports.fetch(BASE + path, { ...init, credentials: 'omit', cache: 'no-store', signal: end.signal });
    if (response.status === 204) return { status: 204, body: null, problem: null };
    // A guest network's sign-in page, or a proxy that lost the server: not our answer.
    if (!isJson(response)) return null;
    const body = (await response.json()) as Readonly<Record<string, unknown>>;
    return { status: response.status, body, problem: response.ok ? null : (body as unknown as Problem) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function bodyOf(draft: Draft, proof: Proof | null): string {
  const { id, tag, place, topics, words, audience, contact, photos } = draft;
  return JSON.stringify({ id, tag, place, topics, words, audience, contact, pictures: photos.length, ...(proof ? { proof } : {}) });
}

const later = (problem: Problem | null): Outcome => ({
  kind: 'later',
  afterS: problem?.retry_after ?? SOON_S,
  words: problem ? { zh: problem.title_zh, en: problem.title } : null,
});

async function sendWords(draft: Draft, ports: Ports): Promise<Outcome | null> {
  let proof: Proof | null = null;
  for (let n = 0; n < MOST_PROOFS; n += 1) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await ask(ports, '', { method: 'POST', headers, body: bodyOf(draft, proof) }, WORDS_MS);
    if (answer?.problem?.code !== 'tip-proof-needed') return taken(draft, answer, ports);
    proof = await ports.prove(answer.problem.challenge ?? '', answer.problem.bits ?? 0);
  }
  return later(null);
}

/** What the server said to the words; null when it has them. */
async function taken(draft: Draft, answer: Answer | null, ports: Ports): Promise<Outcome | null> {
  const receipt = answer?.body?.['receipt'];
  if (typeof receipt === 'string') {
    draft.receipt = receipt;
    await save(draft);
    ports.progress(draft);
    return null;
  }
  const problem = answer?.problem ?? null;
  return answer && problem && isFinal(answer) ? { kind: 'refused', words: { zh: problem.title_zh, en: problem.title } } : later(problem);
}

/** Whether asking again can never help. */
const isFinal = (answer: Answer): boolean => answer.status >= 400 && answer.status < 500 && answer.status !== 429;

async function sendPhoto(draft: Draft, photo: Photo, place: number, ports: Ports): Promise<Outcome | null> {
  const headers = { 'Content-Type': photo.blob.type || 'image/jpeg', 'Tip-Key': draft.id };
  const answer = await ask(ports, `/pictures/${String(place)}`, { method: 'PUT', headers, body: photo.blob }, PHOTO_MS);
  if (answer === null || (answer.problem && !isFinal(answer))) return later(answer?.problem ?? null);
  photo.state = answer.problem ? 'refused' : 'sent';
  await save(draft);
  ports.progress(draft);
  return null;
}

/** One attempt; what arrived before a line broke is not sent again. */
export async function deliver(draft: Draft, ports: Ports): Promise<Outcome> {
  if (draft.receipt === null) {
    const stopped = await sendWords(draft, ports).catch(() => later(null));
    if (stopped) return stopped;
  }
  for (const [place, photo] of draft.photos.entries()) {
    if (photo.state !== 'waiting') continue;
    const stopped = await sendPhoto(draft, photo, place, ports);
    if (stopped) return stopped;
  }
  draft.state = 'sent';
  await save(draft);
  return { kind: 'done' };
}

export const browserPorts = (progress: (draft: Draft) => void): Ports => ({ fetch: (input, init) => fetch(input, init), prove, progress });
