/** Photos become small before they are sent, and lose on the way what they say of the phone. */

const EDGE = 1600;
const QUALITY = 0.78;
/** What the server can open although this browser cannot. */
const KEPT = ['image/heic', 'image/heif', 'image/jpeg', 'image/png', 'image/webp'];

export interface Shrunk {
  readonly blob: Blob;
  /** Whether this browser can show it. */
  readonly visible: boolean;
}

export function fit(w: number, h: number, edge = EDGE): readonly [number, number] {
  const factor = Math.min(1, edge / Math.max(w, h));
  return [Math.max(1, Math.round(w * factor)), Math.max(1, Math.round(h * factor))];
}

async function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  if (typeof createImageBitmap === 'function') {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
    if (bitmap) return bitmap;
  }
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function encode(picture: ImageBitmap | HTMLImageElement): Promise<Blob | null> {
  const [w, h] = fit(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = w;
  canvas.height = h;
  canvas.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0, w, h);
  if (picture instanceof ImageBitmap) picture.close();
  return new Promise((resolve) => {
    canvas.toBlob((blob) => {
      canvas.width = canvas.height = 0; // old phones keep its memory otherwise
      resolve(blob);
    }, 'image/jpeg', QUALITY);
  });
}

/** The smaller picture; the file itself where only the server can open it; null where nobody can. */
export async function shrink(file: File, mostBytes: number): Promise<Shrunk | null> {
  const made = await decode(file).then(encode, () => null);
  if (made) return { blob: made, visible: true };
  // Some phones do not say of what kind their own pictures are.
  const type = file.type === '' && /\.hei[cf]$/i.test(file.name) ? 'image/heic' : file.type;
  const isKept = KEPT.includes(type) && file.size > 0 && file.size <= mostBytes;
  return isKept ? { blob: type === file.type ? file : new Blob([file], { type }), visible: false } : null;
}
