/** A code that was just dealt with and is still in view is not news; taken away and shown again, it is. */

const AWAY_MS = 1500;

export interface Attention {
  /** Whether these codes are to be acted on now. */
  readonly isNews: (texts: readonly string[], now: number) => boolean;
  /** The person comes back to the camera: what was last acted on may still be in front of it. */
  readonly resume: (now: number) => void;
}

export function attention(): Attention {
  let last = '';
  let lastSeen = 0;
  return {
    isNews: (texts, now) => {
      const key = [...texts].sort().join('\n');
      const isAgain = key === last && now - lastSeen < AWAY_MS;
      last = key;
      lastSeen = now;
      return !isAgain;
    },
    resume: (now) => {
      lastSeen = now;
    },
  };
}
