import { TunnelError } from "@culvert/protocol";
import { describe, expect, it } from "vitest";
import { troubleFrom, troubleOf } from "./trouble.ts";

describe("troubleOf", () => {
  it("ends the message and leaves a server's own name as it is written", () => {
    expect(troubleOf({ code: "offline", message: "studio-mac is not connected", hint: "Start it." })).toEqual({
      code: "offline",
      headline: "The server is offline",
      what: "studio-mac is not connected.",
      remedy: "Start it.",
    });
  });

  it("lets the code's meaning speak where there is no message", () => {
    expect(troubleOf({ code: "target-aborted", message: " ", hint: "" })).toMatchObject({
      headline: "The target cut its answer short",
      what: "The target cut its answer short.",
    });
  });
});

describe("troubleFrom", () => {
  it("takes a TunnelError as it is", () => {
    expect(troubleFrom(new TunnelError("network", "This page cannot reach it."))).toMatchObject({
      headline: "Culvert cannot be reached",
      remedy: "Check the connection and try again.",
    });
  });

  it("calls anything else a fault of our own, with what it said", () => {
    expect(troubleFrom(new TypeError("x is undefined"))).toMatchObject({ code: "internal", what: "x is undefined." });
  });
});
