/** A mark beside the databases: it tells a browser that threw them away from one that never had any. */
const MARK = 'anxun.kept';

export const noteKept = (): void => {
  try {
    localStorage.setItem(MARK, '1');
  } catch {
    // Without it only a window that is open meanwhile can tell.
  }
};

export const wasKept = (): boolean => {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
};
