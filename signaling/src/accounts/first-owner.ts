/** The first owner of an installation: made at the first start, taken over from times before members. */
import { randomName } from "../keys/index.ts";
import type { Store } from "../store/index.ts";
import type { Authentication } from "./authentication.ts";
import type { MemberRow, Members } from "./members.ts";

/** What is looked at. */
export interface FirstOwnerOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly ownerEmail: string;
}

/** Finds or makes the first owner. Nodes that start at once make one between them. */
export async function firstOwner({
  store,
  authentication,
  members,
  ownerEmail,
}: FirstOwnerOptions): Promise<MemberRow> {
  const existing = await members.firstOwner();
  if (existing !== undefined) return existing;
  await store.exclusively(async () => {
    if ((await members.firstOwner()) !== undefined) return;
    const user = (await oldestUser(authentication)) ?? (await createUser(authentication, ownerEmail));
    // Before members, an account's id was its one user's; what it has is filed under that.
    const accountId = user.isNew ? randomName() : user.id;
    const { id: memberId, name, email } = user;
    await members.add(store.queries, { memberId, accountId, role: "owner", name, email });
  });
  const made = await members.firstOwner();
  if (made === undefined) throw new Error("the first owner could not be made");
  return made;
}

interface FoundUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isNew: boolean;
}

async function oldestUser({ plain }: Authentication): Promise<FoundUser | undefined> {
  const { adapter } = await plain.$context;
  const [user] = await adapter.findMany<{ id: string; email: string; name: string }>({
    model: "user",
    limit: 1,
    sortBy: { field: "createdAt", direction: "asc" },
  });
  return user === undefined ? undefined : { id: user.id, name: user.name, email: user.email, isNew: false };
}

async function createUser({ plain }: Authentication, email: string): Promise<FoundUser> {
  const { internalAdapter } = await plain.$context;
  const user = await internalAdapter.createUser(
    { email, name: "Owner", emailVerified: true },
    { method: "culvert-first-start" },
  );
  return { id: user.id, name: user.name, email: user.email, isNew: true };
}
