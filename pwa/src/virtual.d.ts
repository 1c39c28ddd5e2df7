declare module 'virtual:simplified' {
  /** Traditional and Simplified characters in turn. */
  export const pairs: string;
}
