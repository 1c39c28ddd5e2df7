/** What a guest team tells. */

/** What was found is handed to the region it was found in. */
export interface HandOverPeer {
  readonly id: string;
  readonly note?: string;
}
