import { expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { arrivalSteps } from "./arrival-steps.ts";

const states = (server: Parameters<typeof arrivalSteps>[0]): string =>
  arrivalSteps(server)
    .map(({ state }) => state)
    .join(" ");
const [vite] = serverView().services;
if (vite === undefined) throw new Error("no service");

it("waits for the machine first, then for its connection, then for its app", () => {
  expect(states(undefined)).toBe("now later later");
  expect(states(serverView({ state: "disconnected" }))).toBe("done now later");
  const silent = serverView({ state: "unavailable", services: [{ ...vite, health: "unreachable" }] });
  expect(states(silent)).toBe("done done now");
  expect(states(serverView())).toBe("done done done");
});

it("does not take what an offline machine said last for an answer", () => {
  expect(states(serverView({ state: "disconnected", services: [vite] }))).toBe("done now later");
});

it("names the app once it is known", () => {
  expect(arrivalSteps(serverView()).at(-1)?.words).toBe("vite answers");
  const silent = serverView({ state: "unavailable", services: [{ ...vite, health: "unreachable" }] });
  expect(arrivalSteps(silent).at(-1)?.words).toBe("Waiting for vite to answer …");
  expect(arrivalSteps(undefined).at(-1)?.words).toBe("Its app answers");
  expect(states(serverView({ primaryService: null, services: [] }))).toBe("done done now");
});
