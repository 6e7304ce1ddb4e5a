/**
 * Functions that stand in for native ones. Invariant: a proxy of the native function keeps its name, length, text and
 * prototype, so that an app that takes it apart finds the browser's own.
 */

// biome-ignore lint/suspicious/noExplicitAny: native members of every shape are wrapped here.
type AnyFunction = (this: any, ...given: any[]) => any;

/** Puts `body` in the place of a method; it is handed the native one. */
export function replaceMethod<T extends object, K extends keyof T & string>(
  owner: T | undefined,
  name: K,
  body: (native: AnyFunction, self: never, given: never[]) => unknown,
): void {
  const native = owner?.[name] as AnyFunction | undefined;
  if (owner === undefined || typeof native !== "function") return;
  const value = new Proxy(native, { apply: (target, self, given) => body(target, self as never, given as never[]) });
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, enumerable: true, writable: true, ...descriptor, value });
}

/** What takes the place of an accessor's halves; a half that is not given stays native. */
export interface AccessorBodies {
  readonly get?: (native: () => unknown, self: never) => unknown;
  readonly set?: (native: (value: unknown) => void, self: never, value: unknown) => void;
}

/** Puts bodies in the place of an accessor of a prototype. */
export function replaceAccessor(owner: object | undefined, name: string, bodies: AccessorBodies): void {
  const native = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (owner === undefined || native === undefined) return;
  const { get, set } = bodies;
  const replaced: PropertyDescriptor = { ...native };
  if (get !== undefined && native.get !== undefined) {
    replaced.get = new Proxy(native.get, {
      apply: (target, self) => get(() => Reflect.apply(target, self, []), self as never),
    });
  }
  if (set !== undefined && native.set !== undefined) {
    replaced.set = new Proxy(native.set, {
      apply: (target, self, [value]) => set((given) => void Reflect.apply(target, self, [given]), self as never, value),
    });
  }
  Object.defineProperty(owner, name, replaced);
}

/** Puts `body` in the place of `new Class(…)`; it is handed the native class. */
export function replaceConstructor<K extends string>(
  realm: { [name in K]?: unknown },
  name: K,
  body: (native: AnyFunction, given: never[], newTarget: AnyFunction) => object,
): void {
  const native = realm[name] as AnyFunction | undefined;
  if (typeof native !== "function") return;
  const value = new Proxy(native, {
    construct: (target, given, newTarget) => body(target, given as never[], newTarget as AnyFunction),
  });
  const prototype = native.prototype as { constructor: unknown };
  Object.defineProperty(prototype, "constructor", { value, writable: true, configurable: true });
  Object.defineProperty(realm, name, { value, writable: true, configurable: true });
}
