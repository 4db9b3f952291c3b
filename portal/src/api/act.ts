import { useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";

/** Something that changes the studio; everything whose key begins with one of `changed` is looked at again, whatever came of it. */
export function useAct<Input = void, Output = unknown>(
  act: (input: Input) => Promise<Output>,
  ...changed: readonly string[]
): UseMutationResult<Output, Error, Input> {
  const look = useLookAgain();
  return useMutation({ mutationFn: act, onSettled: () => look(...changed) });
}

/** Has everything read again whose key begins with one of these. */
export function useLookAgain(): (...changed: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  return async (...changed) => {
    await Promise.all(changed.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}
