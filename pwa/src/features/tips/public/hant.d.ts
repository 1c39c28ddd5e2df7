declare module '*/tips.json?hant' {
  const words: Readonly<Record<string, string>>;
  export default words;
}

declare module '*/tip-words.json?hant' {
  interface Topic {
    readonly key: string;
    readonly zh: string;
    readonly en: string;
  }
  const words: { readonly topics: readonly Topic[] };
  export default words;
}
