/**
 * A change of a list that shows at once and goes back where it fails. Invariant: what the server says in the end is what
 * stands there.
 */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Notice } from "./notice.ts";
import { say } from "./notices.ts";

/** One kind of change. `Wish`: what is asked for. */
export interface ChangeOptions<Data, Wish> {
  /** The list in the cache. */
  readonly queryKey: readonly unknown[];
  send(wish: Wish): Promise<unknown>;
  /** The list as it will be. */
  apply(data: Data, wish: Wish): Data;
  /** Said once it is done; nothing where it is left out. `change`: makes another change, as the one that takes it back. */
  notice?(wish: Wish, change: (wish: Wish) => Promise<unknown>): Notice;
}

/** The list before a change, and as it showed at once. */
interface Before<Data> {
  readonly before: Data | undefined;
  readonly shown: Data | undefined;
}

/** A mutation that shows its outcome before it is known. */
export function useChange<Data, Wish>(
  options: ChangeOptions<Data, Wish>,
): UseMutationResult<unknown, Error, Wish, Before<Data>> {
  const { queryKey, send, apply, notice } = options;
  const client = useQueryClient();
  const mutation: UseMutationResult<unknown, Error, Wish, Before<Data>> = useMutation({
    mutationFn: send,
    onMutate: async (wish) => {
      await client.cancelQueries({ queryKey, exact: true });
      const before = client.getQueryData<Data>(queryKey);
      if (before === undefined) return { before, shown: undefined };
      const shown = client.setQueryData<Data>(queryKey, apply(before, wish));
      return { before, shown };
    },
    onError: (_error, _wish, context) => {
      // News that came meanwhile stay; the server is asked what stands (onSettled).
      const isUntouched = context !== undefined && client.getQueryData(queryKey) === context.shown;
      if (isUntouched) client.setQueryData(queryKey, context.before);
    },
    onSuccess: (_answer, wish) => {
      if (notice !== undefined) say(notice(wish, mutation.mutateAsync));
    },
    onSettled: () => client.invalidateQueries({ queryKey, exact: true }),
  });
  return mutation;
}
