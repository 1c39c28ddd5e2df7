// From the tap that takes or chooses a photo to its picture among the kept ones; milliseconds.
async (wanted) => {
  const kept = () => document.querySelectorAll('[data-testid="camera"] [data-testid="photo-thumb"]').length;
  const before = kept();
  const began = await new Promise((resolve) => {
    document.addEventListener(wanted, () => resolve(performance.now()), { capture: true, once: true });
  });
  await new Promise((resolve) => {
    const look = () => (kept() > before ? resolve() : requestAnimationFrame(look));
    look();
  });
  return performance.now() - began;
}
