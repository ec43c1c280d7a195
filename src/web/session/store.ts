import { useRef, useSyncExternalStore } from "react";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";

/** One value that components watch. Setting an equal value wakes nobody. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  update(change: (value: T) => T): void;
  subscribe(listener: () => void): Unsubscribe;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const changes = new Emitter<void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    changes.emit();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => changes.on(listener),
  };
}

/** The store's value; the component is drawn again at each change. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/**
 * One aspect of the store's value; drawn again only when `isEqual` says that it changed.
 * `select` may make a new object at each call.
 */
export function useSelected<T, S>(
  store: Pick<Store<T>, "get" | "subscribe">,
  select: (value: T) => S,
  isEqual: (a: S, b: S) => boolean = Object.is,
): S {
  const last = useRef<{ readonly value: S } | null>(null);
  return useSyncExternalStore(store.subscribe, () => {
    const next = select(store.get());
    if (last.current !== null && isEqual(last.current.value, next)) return last.current.value;
    last.current = { value: next };
    return next;
  });
}
