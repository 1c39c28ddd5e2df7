// Taps "pass" and waits for the frame that shows the next question; milliseconds for each tap. No thumb comes again sooner than REST_MS.
async (times) => {
  const REST_MS = 250;
  const card = () => document.querySelector('[data-testid="item-card"]');
  const place = () => document.querySelector('[data-testid="target-open"]')?.textContent ?? '';
  const shown = () => `${card()?.dataset.item ?? ''} ${place()} ${card()?.querySelector('.num')?.textContent ?? ''}`;
  // The frame's own work is done when the task after it runs.
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  }));
  const changed = (before) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nothing followed ${before}`)), 60_000);
      const watcher = new MutationObserver(() => {
        if (card() === null || shown() === before) return;
        watcher.disconnect();
        clearTimeout(late);
        resolve();
      });
      watcher.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
  const found = [];
  for (let n = 0; n < times; n += 1) {
    const before = shown();
    const next = changed(before);
    const began = performance.now();
    document.querySelector('[data-testid="answer-pass"]').click();
    await next;
    await frame();
    found.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  return found;
}
