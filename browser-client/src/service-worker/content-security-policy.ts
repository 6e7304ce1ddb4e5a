/**
 * Rewrites an app's Content-Security-Policy just enough: framing is ours to say, the page shim must run, and
 * everything else keeps its meaning (www.w3.org/TR/CSP3). Invariant: a policy is never made laxer for any other
 * script, and `'unsafe-inline'` is never switched off by a nonce that the app did not have.
 */

/** What lets the shim run under every policy of a document. */
export interface ScriptGrant {
  readonly policies: readonly string[];
  /** The nonce for the shim's tag, where some policy asks for one. */
  readonly nonce: string | undefined;
}

/** Splits the values of all Content-Security-Policy headers into single policies. */
export function splitPolicies(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(",")).filter((policy) => policy.trim() !== "");
}

/** A policy without the named directives; the text of the others stays as it was. */
export function withoutDirectives(policy: string, names: readonly string[]): string {
  return parse(policy)
    .filter((directive) => !names.includes(directive.name))
    .map((directive) => directive.text)
    .join("; ");
}

/** Admits one script by its URL or folder, or by a nonce under `'strict-dynamic'`, where URLs do not count (CSP3 §8.2). */
export function admitScript(policies: readonly string[], scriptUrl: string, freshNonce: string): ScriptGrant {
  const strict = policies.filter((policy) => governing(parse(policy))?.sources.some(isStrictDynamic));
  const own = strict.flatMap((policy) => governing(parse(policy))?.sources ?? []).find(isNonce);
  const nonce = strict.length === 0 ? undefined : (own?.slice("'nonce-".length, -1) ?? freshNonce);
  return { policies: policies.map((policy) => admitUnder(policy, scriptUrl, nonce)), nonce };
}

/**
 * Policies under which the app's names of itself mean the same: where its own origin (`'self'`) may be used so may `names`,
 * its loopback origins, and the other way round.
 */
export function withOwnNames(policies: readonly string[], names: readonly string[]): readonly string[] {
  if (names.length === 0) return policies;
  const isName = (source: string) => names.some((name) => name === source || source.startsWith(`${name}/`));
  return policies.map((policy) =>
    texts(
      parse(policy).map((directive) => {
        const { name, sources, text } = directive;
        if (!isSourceList.test(name)) return directive;
        if (sources.some(isSelf)) return { ...directive, text: [text, ...names].join(" ") };
        return sources.some(isName) ? { ...directive, text: `${text} 'self'` } : directive;
      }),
    ),
  );
}

const isSourceList = /-src(-elem|-attr)?$|^form-action$|^base-uri$/;

interface Directive {
  readonly name: string;
  readonly sources: readonly string[];
  readonly text: string;
}

function admitUnder(policy: string, scriptUrl: string, nonce: string | undefined): string {
  const directives = parse(policy);
  const directive = governing(directives);
  if (directive === undefined) return policy;
  const isStrict = directive.sources.some(isStrictDynamic);
  const source = isStrict ? `'nonce-${nonce}'` : scriptUrl;
  if (directive.sources.includes(source)) return policy;
  const kept = directive.sources.filter((other) => other.toLowerCase() !== "'none'");
  const sources = [...kept, source].join(" ");
  // default-src governs more than scripts, so it is not widened: script elements get a directive of their own.
  if (directive.name === "default-src") return `${texts(directives)}; script-src-elem ${sources}`;
  const name = directive.name;
  return texts(directives.map((each) => (each === directive ? { ...each, text: `${name} ${sources}` } : each)));
}

/** The directive that decides about script elements (CSP3 §6.8.3), or undefined where none does. */
function governing(directives: readonly Directive[]): Directive | undefined {
  const named = (name: string) => directives.find((directive) => directive.name === name);
  return named("script-src-elem") ?? named("script-src") ?? named("default-src");
}

/** Directives in order; of a repeated one only the first counts (CSP3 §2.2.1). */
function parse(policy: string): readonly Directive[] {
  const seen = new Set<string>();
  return policy.split(";").flatMap((part) => {
    const text = part.trim();
    const [first = "", ...sources] = text.split(/[\t\n\f\r ]+/);
    const name = first.toLowerCase();
    if (name === "" || seen.has(name)) return [];
    seen.add(name);
    return [{ name, sources, text }];
  });
}

function texts(directives: readonly Directive[]): string {
  return directives.map((directive) => directive.text).join("; ");
}

function isStrictDynamic(source: string): boolean {
  return source.toLowerCase() === "'strict-dynamic'";
}

function isSelf(source: string): boolean {
  return source.toLowerCase() === "'self'";
}

function isNonce(source: string): boolean {
  return /^'nonce-[\w+/=-]+'$/i.test(source);
}
