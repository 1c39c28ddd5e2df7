/** The photo worker: everything heavy about a picture happens here, never beside the screen. */

import { load } from 'exifreader';
import { captureFacts, NO_FACTS, type CaptureFacts, type RawTags } from './photo-exif';
import { renderPhoto } from './photo-render';
import type { WorkerReply, WorkerRequest } from './photo-types';

declare const self: DedicatedWorkerGlobalScope;

async function readFacts(bytes: ArrayBuffer): Promise<CaptureFacts> {
  try {
    return captureFacts((await load(bytes, { expanded: true, async: true })) as RawTags);
  } catch {
    return NO_FACTS; // A picture without metadata is still a picture.
  }
}

async function answer({ id, job }: WorkerRequest): Promise<WorkerReply> {
  try {
    return { id, ok: true, photo: await renderPhoto(job, readFacts) };
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : 'failed' };
  }
}

// One after another: two 12-megapixel pictures at once would not fit a cheap phone's memory.
let queue: Promise<void> = Promise.resolve();

self.onmessage = (event: MessageEvent<WorkerRequest>) => {
  queue = queue.then(async () => {
    self.postMessage(await answer(event.data));
  });
};
