/**
 * Checklists, states and roles in Traditional Chinese. The server makes these texts when it publishes; a phone that shows
 * them fetches one file and keeps it for the basement. Without it the Simplified text stands.
 */

type Teach = (texts: ReadonlyMap<string, string>, again: () => void) => void;

const URL = '/api/ref/hant.json';
const SHELF = 'anxun-hant';
/** A text that is typed by people is never among them; asking for it again and again would help nobody. */
const PAUSE_MS = 5 * 60_000;

let askedAt = 0;

/** Shows what is kept, then what the server has now. */
export async function begin(teach: Teach): Promise<void> {
  askedAt = Date.now();
  const shelf = await openShelf();
  const kept = await shelf?.match(URL);
  const show = async (response: Response): Promise<boolean> => {
    const texts = await textsOf(response);
    // A text that is not known: perhaps a checklist was published since.
    if (texts) teach(texts, () => { if (Date.now() - askedAt > PAUSE_MS) void begin(teach); });
    return texts !== null;
  };
  if (kept) await show(kept);
  const fresh = await fetch(URL, { credentials: 'same-origin', redirect: 'error' }).catch(() => null);
  const copy = fresh?.ok ? fresh.clone() : null;
  // Somebody else's page on a guest network is not kept, and a full device keeps nothing.
  if (fresh && copy && (await show(fresh))) await shelf?.put(URL, copy).catch(() => undefined);
}

async function textsOf(response: Response): Promise<ReadonlyMap<string, string> | null> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('texts' in body)) return null;
  return new Map(Object.entries(body.texts as Record<string, unknown>).map(([zh, hant]) => [zh, String(hant)]));
}

/** Private windows may refuse it; the texts then last as long as the page. */
async function openShelf(): Promise<Cache | null> {
  return 'caches' in globalThis ? await caches.open(SHELF).catch(() => null) : null;
}
