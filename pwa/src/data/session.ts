/**
 * Who is using this device. The app's one session; `SessionControl` in session-core.ts does the work.
 * A component reads `session.value`; a feature gets the person's database from `useDatabase()`.
 */
import { useApiPorts, type Result } from './api';
import type { Database, KnownUser } from './database';
import { browserEnv } from './env';
import { browserLocks } from './locks';
import type { Me } from './records';
import { SessionControl, type Session } from './session-core';
import type { Live } from './live';

const control = new SessionControl({ env: browserEnv(), locks: browserLocks() });
useApiPorts({
  unauthenticated: () => {
    control.expire();
  },
});

/** `starting` until the device was read; `out`: nobody; `in`: work goes on, even offline or with `needsLogin`. */
export const session: Live<Session> = control.session;

/** Call once before the first page. Opens the last person's data without asking the network. */
export const startSession = (): Promise<void> => control.start();

export const login = (username: string, password: string): Promise<Result<Me>> => control.login(username, password);

/** Answers `needsLogin`: only the person whose work is open may come back here. */
export const relogin = (password: string): Promise<Result<Me>> => control.relogin(password);

/** Unsent work stays on the device, locked until the same person returns. */
export const logout = (): Promise<void> => control.logout();

export const changePassword = (old: string, fresh: string): Promise<Result<undefined>> =>
  control.changePassword(old, fresh);

export const refreshMe = (): Promise<Result<Me>> => control.refresh();

export const knownUsers = (): Promise<readonly KnownUser[]> => control.knownUsers();

export const may = (permission: string): boolean => session.value.me?.permissions.includes(permission) ?? false;

/** The open database; a page behind the login can rely on it. */
export const useDatabase = (): Database => {
  const { db } = session.value;
  if (db === null) throw new Error('Nobody is logged in.');
  return db;
};

/** The person whose cookie the browser now holds, as far as this device knows. */
export const deviceUser = (): Promise<string | null> => control.deviceUser();

/** The server no longer knows the cookie; work goes on, sending waits. */
export const expireSession = (): void => {
  control.expire();
};

export type { Session } from './session-core';
