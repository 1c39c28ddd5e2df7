/** How much room the phone gives the app, and whether it promises to keep what is in it. */

export interface StorageState {
  readonly used: number;
  readonly quota: number;
  /** `kept`: the browser promised; `at-risk`: it may clear the data when space runs out; `unknown`: it will not say. */
  readonly promise: 'kept' | 'at-risk' | 'unknown';
}

export async function storageState(): Promise<StorageState> {
  const manager = storageManager();
  if (!manager) return { used: 0, quota: 0, promise: 'unknown' };
  const [estimate, isKept] = await Promise.all([manager.estimate(), manager.persisted()]);
  return { used: estimate.usage ?? 0, quota: estimate.quota ?? 0, promise: isKept ? 'kept' : 'at-risk' };
}

/** Ask for the promise. Browsers may refuse without asking the person; the answer says what holds afterwards. */
export async function askToKeep(): Promise<StorageState['promise']> {
  const manager = storageManager();
  if (!manager) return 'unknown';
  return (await manager.persist()) ? 'kept' : 'at-risk';
}

/** Absent on plain http and in some embedded browsers. */
function storageManager(): StorageManager | null {
  const manager = (navigator as Partial<Navigator>).storage;
  return manager && 'persist' in manager && 'estimate' in manager ? manager : null;
}
