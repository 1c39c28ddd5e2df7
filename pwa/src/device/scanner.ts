/** The camera as a scanner. Everything stays on the phone: frames are read and forgotten. */

/** denied: the person or the system said no. none: no camera. busy: another app has it. insecure: not on https. */
export type ScannerTrouble = 'denied' | 'none' | 'busy' | 'insecure' | 'decoder';

export class ScannerError extends Error {
  override readonly name = 'ScannerError';
  readonly trouble: ScannerTrouble;

  constructor(trouble: ScannerTrouble, cause?: unknown) {
    super(trouble, { cause });
    this.trouble = trouble;
  }
}

export interface Scanner {
  readonly hasTorch: boolean;
  readonly setTorch: (on: boolean) => Promise<void>;
  readonly stop: () => void;
}

type Decode = (source: ImageBitmapSource) => Promise<readonly string[]>;

/** Between two looks: quick enough to feel instant, rare enough to keep a cheap phone cool. */
const PAUSE_MS = 120;
const TROUBLES: Readonly<Record<string, ScannerTrouble>> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'none', OverconstrainedError: 'none', NotReadableError: 'busy', AbortError: 'busy',
};

/** Show the camera in `video` and tell every set of codes seen, until stopped. Throws ScannerError. */
export async function startScanner(video: HTMLVideoElement, onCodes: (texts: readonly string[]) => void): Promise<Scanner> {
  const stream = await openCamera();
  const [track] = stream.getVideoTracks();
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
  };
  try {
    const [{ decode }] = await Promise.all([loadDecoder(), play(video, stream)]);
    void look(video, decode, () => isStopped, onCodes);
  } catch (error) {
    stop();
    throw error instanceof ScannerError ? error : new ScannerError('busy', error);
  }
  return { hasTorch: hasTorch(track), setTorch: (on) => setTorch(track, on), stop };
}

/** The codes in a picture from the gallery; none when it cannot be read as a picture. */
export async function scanPhoto(file: Blob): Promise<readonly string[]> {
  const { decode } = await loadDecoder();
  try {
    const bitmap = await createImageBitmap(file);
    try {
      return await decode(bitmap);
    } finally {
      bitmap.close();
    }
  } catch {
    return [];
  }
}

async function openCamera(): Promise<MediaStream> {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) throw new ScannerError('insecure');
  try {
    return await devices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } } });
  } catch (error) {
    throw new ScannerError(TROUBLES[error instanceof Error ? error.name : ''] ?? 'busy', error);
  }
}

async function loadDecoder(): Promise<{ readonly decode: Decode }> {
  try {
    return await import('./decoder');
  } catch (error) {
    throw new ScannerError('decoder', error);
  }
}

async function play(video: HTMLVideoElement, stream: MediaStream): Promise<void> {
  video.srcObject = stream;
  video.muted = true;
  video.playsInline = true;
  await video.play();
}

async function look(
  video: HTMLVideoElement,
  decode: Decode,
  isStopped: () => boolean,
  onCodes: (texts: readonly string[]) => void,
): Promise<void> {
  while (!isStopped()) {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const texts = await decode(video).catch(() => []);
      if (texts.length > 0 && !isStopped()) onCodes(texts);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function hasTorch(track: MediaStreamTrack | undefined): boolean {
  const capabilities = track?.getCapabilities?.() as { readonly torch?: boolean } | undefined;
  return capabilities?.torch === true;
}

async function setTorch(track: MediaStreamTrack | undefined, on: boolean): Promise<void> {
  await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}
