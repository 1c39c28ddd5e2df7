/** SHA-256 as lower-case hex. Exists only on https and localhost, like everything else that needs a secure context. */
export const sha256 = async (bytes: BufferSource): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
