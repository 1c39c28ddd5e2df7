/** The same file in Traditional Chinese, made at build time by vite/hant.ts. */
declare module '*/problems.json?hant' {
  const value: { readonly problems: readonly { readonly code: string; readonly title: string; readonly title_zh: string }[] };
  export default value;
}

declare module '*/inspection-rules.json?hant' {
  interface Named {
    readonly key: string;
    readonly name: { readonly zh: string; readonly en: string };
  }
  const made: { readonly ways: readonly Named[]; readonly modes: readonly Named[] };
  export default made;
}
