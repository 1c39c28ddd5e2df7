/** The page's end of the photo worker. */

import type { PhotoJob, ReadyPhoto, WorkerReply, WorkerRequest } from './photo-types';

export type PhotoOutcome =
  | { readonly ok: true; readonly photo: ReadyPhoto }
  | { readonly ok: false; readonly reason: string };

type Settle = (outcome: PhotoOutcome) => void;

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Settle>();

function settle(reply: WorkerReply): void {
  waiting.get(reply.id)?.(reply.ok ? { ok: true, photo: reply.photo } : { ok: false, reason: reply.reason });
  waiting.delete(reply.id);
}

/** A worker that died (most often: out of memory) takes its jobs with it; the next photo gets a fresh one. */
function giveUp(): void {
  worker?.terminate();
  worker = null;
  for (const done of waiting.values()) done({ ok: false, reason: 'worker-died' });
  waiting.clear();
}

function running(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./photo.worker.ts', import.meta.url), { type: 'module', name: 'photo' });
  worker.onmessage = (event: MessageEvent<WorkerReply>) => {
    settle(event.data);
  };
  worker.onerror = giveUp;
  worker.onmessageerror = giveUp;
  return worker;
}

/** Start the worker early, so that the first photo does not wait for it. */
export function warmUp(): void {
  running();
}

/** Turn a camera frame or a file into the photo that is stored. */
export function processPhoto(job: PhotoJob): Promise<PhotoOutcome> {
  const request: WorkerRequest = { id: ++lastId, job };
  return new Promise((resolve) => {
    waiting.set(request.id, resolve);
    running().postMessage(request, job.source instanceof Blob ? [] : [job.source]);
  });
}
