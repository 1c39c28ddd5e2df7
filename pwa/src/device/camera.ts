/** The in-page camera. A system camera app would let a cheap phone discard our tab. */

export type CameraRefusal = 'unsupported' | 'denied' | 'missing' | 'busy';

export interface Camera {
  readonly stream: MediaStream;
  readonly hasTorch: boolean;
  setTorch(on: boolean): Promise<boolean>;
  /** Take the frame that the video shows now. */
  shoot(video: HTMLVideoElement): Promise<Blob | ImageBitmap>;
  stop(): void;
}

export type CameraOutcome =
  | { readonly ok: true; readonly camera: Camera }
  | { readonly ok: false; readonly why: CameraRefusal };

const REFUSALS: Readonly<Record<string, CameraRefusal>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** `torch` is missing in the DOM typings. */
interface TorchCapabilities extends MediaTrackCapabilities {
  readonly torch?: boolean;
}

function hasTorch(track: MediaStreamTrack): boolean {
  if (typeof track.getCapabilities !== 'function') return false;
  return (track.getCapabilities() as TorchCapabilities).torch === true;
}

async function switchTorch(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
    return true;
  } catch {
    return false;
  }
}

function frameToBlob(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new Error('no-frame'));
      },
      'image/jpeg',
      0.92,
    );
  });
}

function shoot(video: HTMLVideoElement): Promise<Blob | ImageBitmap> {
  if (video.videoWidth === 0) return Promise.reject(new Error('no-frame'));
  return typeof OffscreenCanvas === 'undefined' ? frameToBlob(video) : createImageBitmap(video);
}

function cameraOn(stream: MediaStream): CameraOutcome {
  const track = stream.getVideoTracks()[0];
  if (!track) return { ok: false, why: 'missing' };
  return {
    ok: true,
    camera: {
      stream,
      hasTorch: hasTorch(track),
      setTorch: (on) => switchTorch(track, on),
      shoot,
      stop: () => {
        for (const each of stream.getTracks()) each.stop();
      },
    },
  };
}

export async function openCamera(): Promise<CameraOutcome> {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices?.getUserMedia) return { ok: false, why: 'unsupported' };
  const video = { facingMode: { ideal: 'environment' }, width: { ideal: 2560 }, height: { ideal: 1920 } };
  try {
    return cameraOn(await devices.getUserMedia({ video, audio: false }));
  } catch (error) {
    return { ok: false, why: REFUSALS[error instanceof Error ? error.name : ''] ?? 'busy' };
  }
}
