// The same picture by a bare canvas: decoded, shrunk to the size that is kept, encoded; milliseconds.
async ({ base64, edge, quality }) => {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const file = new Blob([bytes], { type: 'image/jpeg' });
  const began = performance.now();
  const bitmap = await createImageBitmap(file);
  const factor = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * factor), Math.round(bitmap.height * factor));
  canvas.getContext('2d', { alpha: false }).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const kept = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return { ms: performance.now() - began, bytes: kept.size };
}
