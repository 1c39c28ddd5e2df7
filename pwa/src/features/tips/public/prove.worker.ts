/** Reckons beside the page. */
import { solve, type Task } from './reckon';

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = (event: MessageEvent<Task>) => {
  self.postMessage(solve(event.data));
};
