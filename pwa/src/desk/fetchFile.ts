/**
 * A file of the server's, fetched whole before anything is kept: then a refusal can be told in words, and a line that breaks
 * leaves no half of it. The browser holds the bytes, on its disk when they are many; no list of them stands in our memory.
 */
import type { Offline, Refused, Result } from '@/data/api';
import { parseJson } from '@/data/json';
import { parseProblem, unknownProblem } from '@/data/problem';
import { expireSession } from '@/data/session';

export interface Fetched {
  readonly data: Blob;
  readonly name: string;
}

/** Nothing comes for so long: nobody is there any more. A large workbook is written before its first byte leaves. */
const SILENCE_MS = 120_000;
const NAMED = /filename\*=UTF-8''([^;]+)/i;

const offline = (portal: boolean): Offline => ({ ok: false, offline: true, portal });
const typeOf = (response: Response): string => response.headers.get('Content-Type') ?? '';

async function refusal(response: Response): Promise<Refused | Offline> {
  if (!/^application\/problem\+json\b/i.test(typeOf(response))) return offline(response.status < 500);
  if (response.status === 401) expireSession();
  const { status } = response;
  return { ok: false, problem: parseProblem(parseJson(await response.text()), status) ?? unknownProblem(status) };
}

function nameOf(response: Response, path: string): string {
  const told = NAMED.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  return told === undefined ? (path.split('?', 1)[0]?.split('/').at(-1) ?? '') : decodeURIComponent(told);
}

/** The same bytes; `told` hears how many there are so far. */
function counted(body: ReadableStream<Uint8Array<ArrayBuffer>>, told: (bytes: number) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(part, on) {
        bytes += part.byteLength;
        told(bytes);
        on.enqueue(part);
      },
    }),
  );
}

export async function fetchFile(path: string, told: (bytes: number) => void): Promise<Result<Fetched>> {
  const patience = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => { patience.abort(); }, SILENCE_MS);
  };
  alive();
  try {
    const response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', signal: patience.signal });
    if (!response.ok) return await refusal(response);
    if (response.body === null || /^text\/html\b/i.test(typeOf(response))) return offline(true);
    const whole = new Response(counted(response.body, (bytes) => { alive(); told(bytes); }), { headers: { 'Content-Type': typeOf(response) } });
    return { ok: true, value: { data: await whole.blob(), name: nameOf(response, path) } };
  } catch {
    return offline(false);
  } finally {
    clearTimeout(timer);
  }
}
