/** Whether the camera may be used, asked without switching it on. */

export type Permission = 'granted' | 'denied' | 'prompt' | 'unknown';

export async function cameraPermission(): Promise<Permission> {
  try {
    return (await navigator.permissions.query({ name: 'camera' as PermissionName })).state;
  } catch {
    return 'unknown';
  }
}

/** Lets the browser ask now, on a calm occasion, instead of in front of the inspected. */
export async function allowCamera(): Promise<Permission> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    for (const track of stream.getTracks()) track.stop();
    return 'granted';
  } catch {
    return 'denied';
  }
}
