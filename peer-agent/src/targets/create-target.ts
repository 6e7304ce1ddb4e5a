/** Makes the target that a definition names. */
import type { ServiceDefinition } from "@culvert/protocol/signaling";
import { createHandlerTarget, type ServiceHandler } from "./handler-target.ts";
import { createSocketTarget } from "./socket-target.ts";
import type { ServiceTarget } from "./target.ts";
import { targetAddress } from "./target-address.ts";

/** `label`: the machine's, for words. `handler`: what answers where the target is a handler. */
export function createTarget(
  { name, target, headers: rules, probe, limits }: ServiceDefinition,
  { label, handler = {} }: { readonly label: string; readonly handler?: ServiceHandler | undefined },
): ServiceTarget {
  if (target.type === "handler") return createHandlerTarget({ handler, serviceName: name, label, rules });
  return createSocketTarget({ address: targetAddress(target, label), rules, probe, answerMs: limits?.answerMs });
}
