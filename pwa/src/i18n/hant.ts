/**
 * Checklists, states and roles in Traditional Chinese. The server makes these texts when it publishes; a phone that shows
 * them fetches one file and keeps it for the basement. Without it the Simplified text stands.
 */
import { teach } from './i18n';

const URL = '/api/ref/hant.json';
const SHELF = 'anxun-hant';
/** A text that is typed by people is never among them; asking for it again and again would help nobody. */
const PAUSE_MS = 5 * 60_000;

let askedAt = 0;

/** Shows what is kept, then what the server has now. */
export async function begin(): Promise<void> {
  askedAt = Date.now();
  const shelf = await openShelf();
  const kept = await shelf?.match(URL);
  if (kept) await show(kept);
  const fresh = await fetch(URL, { credentials: 'same-origin', redirect: 'error' }).catch(() => null);
  if (!fresh?.ok) return;
  await shelf?.put(URL, fresh.clone());
  await show(fresh);
}

/** A text that is not known: perhaps a checklist was published since. */
function again(): void {
  if (Date.now() - askedAt > PAUSE_MS) void begin();
}

async function show(response: Response): Promise<void> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('texts' in body)) return;
  const texts = Object.entries(body.texts as Record<string, unknown>).map(([zh, hant]) => [zh, String(hant)] as const);
  teach(new Map(texts), again);
}

/** Private windows may refuse it; the texts then last as long as the page. */
async function openShelf(): Promise<Cache | null> {
  return 'caches' in globalThis ? await caches.open(SHELF).catch(() => null) : null;
}
