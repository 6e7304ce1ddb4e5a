import { expect, test } from "vitest";
import {
  type AgentPin,
  acceptKey,
  conflictingPins,
  markChecked,
  markLocked,
  type PinStore,
  requirePin,
} from "./agent-pins.ts";

function memoryPins(): PinStore & { readonly pins: AgentPin[] } {
  const pins: AgentPin[] = [];
  const remove = async (accountId: string, serverId: string) => {
    const index = pins.findIndex((pin) => pin.accountId === accountId && pin.serverId === serverId);
    if (index >= 0) pins.splice(index, 1);
  };
  return {
    pins,
    all: async (accountId) => pins.filter((pin) => pin.accountId === accountId),
    put: async (pin) => {
      await remove(pin.accountId, pin.serverId);
      pins.push(pin);
    },
    remove,
  };
}

const server = (serverId: string, changes: { label?: string; locked?: boolean; accountId?: string } = {}) => ({
  ...{ accountId: "me", label: "studio", locked: false, ...changes },
  serverId,
});
const refusal = (opening: Promise<unknown>) =>
  opening.then(
    () => "opened",
    ({ code }) => code,
  );

test("an unlocked server is taken at its first use, and known afterwards by its key whatever it is called", async () => {
  const store = memoryPins();
  expect(await refusal(requirePin(server("a"), 1, store))).toBe("opened");
  expect(await refusal(requirePin(server("a", { label: "renamed" }), 2, store))).toBe("opened");
  expect(store.pins).toEqual([
    { accountId: "me", serverId: "a", label: "renamed", firstSeenAt: 1, checked: false, locked: false },
  ]);
});

test("another key under a known name is refused until a person accepts it", async () => {
  const store = memoryPins();
  await requirePin(server("a"), 1, store);
  expect(await refusal(requirePin(server("b"), 2, store))).toBe("key-changed");
  expect(await refusal(requirePin(server("b"), 3, store))).toBe("key-changed");
  expect((await conflictingPins(server("b"), store)).map(({ serverId }) => serverId)).toEqual(["a"]);
  await acceptKey(server("b"), 4, store);
  expect(await refusal(requirePin(server("b"), 5, store))).toBe("opened");
  expect(await refusal(requirePin(server("a"), 6, store))).toBe("key-changed");
});

test("another account's servers say nothing of this one's", async () => {
  const store = memoryPins();
  await requirePin(server("a", { accountId: "somebody" }), 1, store);
  expect(await refusal(requirePin(server("b"), 2, store))).toBe("opened");
});

test("a locked server is opened once its key was checked here, and not because signaling says that it is unlocked", async () => {
  const store = memoryPins();
  expect(await refusal(requirePin(server("a", { locked: true }), 1, store))).toBe("approval-needed");
  expect(await refusal(requirePin(server("a", { locked: false }), 2, store))).toBe("approval-needed");
  await markChecked(server("a"), 3, store);
  expect(await refusal(requirePin(server("a", { locked: true }), 4, store))).toBe("opened");
});

test("an agent that refuses this device must be checked, whatever signaling said of it", async () => {
  const store = memoryPins();
  await requirePin(server("a"), 1, store);
  await markLocked(server("a"), 2, store);
  expect(await refusal(requirePin(server("a"), 3, store))).toBe("approval-needed");
});
