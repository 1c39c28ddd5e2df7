/** Where the phone is, if it is allowed to say so within a few seconds. Evidence, never a condition for working. */

export interface Fix {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy: number;
}

const WAIT_MS = 8000;
const FRESH_MS = 60_000;

/** Null when there is no receiver, no permission, or no answer in time. */
export function currentPosition(waitMs: number = WAIT_MS): Promise<Fix | null> {
  const receiver = (navigator as Partial<Navigator>).geolocation;
  if (!receiver) return Promise.resolve(null);
  return new Promise((resolve) => {
    receiver.getCurrentPosition(
      ({ coords }) => { resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) }); },
      () => { resolve(null); },
      { enableHighAccuracy: true, timeout: waitMs, maximumAge: FRESH_MS },
    );
  });
}
